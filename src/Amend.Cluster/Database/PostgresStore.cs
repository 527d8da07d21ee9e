using System.Data.Common;
using Amend.Evaluation.Runs;
using Npgsql;

namespace Amend.Cluster.Database;

/// <summary>The tables of one run in a cluster's database, in a schema of their own.</summary>
/// <param name="database">The database; the caller's.</param>
/// <param name="run">The run's number.</param>
internal sealed class PostgresStore(ClusterDatabase database, long run) : IRunStore
{
    private readonly Lock _gate = new();

    /// <summary>The connection of what holds together; null outside.</summary>
    private NpgsqlConnection? _together;

    /// <inheritdoc/>
    public string Name => $"{database.Address.Name}, run {run}";

    /// <summary>The schema of a run's results.</summary>
    public static string SchemaOf(long run) => FormattableString.Invariant($"amend_run_{run}");

    /// <summary>Makes the tables where they are not.</summary>
    public void MakeTables() => database.UseWhole(connection =>
    {
        connection.Run($"CREATE SCHEMA IF NOT EXISTS {SchemaOf(run)}");
        return Here(connection).Run(Migrations.OfRun);
    });

    /// <inheritdoc/>
    public void Execute(string statement, params object?[] values) => Use(connection => connection.Run(statement, values));

    /// <inheritdoc/>
    public void Together(Action action)
    {
        lock (_gate)
        {
            database.UseWhole(connection =>
            {
                _together = Here(connection);
                try
                {
                    action();
                    return true;
                }
                finally
                {
                    _together = null;
                }
            });
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<T> Query<T>(string query, Func<DbDataReader, T> read, params object?[] values) =>
        Use(connection => connection.Rows(query, read, values));

    /// <inheritdoc/>
    public void Dispose()
    {
        // The database is the caller's.
    }

    private T Use<T>(Func<NpgsqlConnection, T> action)
    {
        lock (_gate)
            return _together is { } together ? action(together) : database.Use(connection => action(Here(connection)));
    }

    /// <summary>A connection whose statements are about this run; a pooled one forgets it when it is given back.</summary>
    private NpgsqlConnection Here(NpgsqlConnection connection)
    {
        connection.Run($"SET search_path TO {SchemaOf(run)}");
        return connection;
    }
}
