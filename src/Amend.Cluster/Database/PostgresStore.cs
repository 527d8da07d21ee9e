using System.Data.Common;
using Amend.Evaluation.Runs;
using Npgsql;

namespace Amend.Cluster.Database;

/// <summary>The tables of one run in a cluster's database, in a schema of their own.</summary>
internal sealed class PostgresStore : IRunStore
{
    private readonly ClusterDatabase _here;
    private readonly Lock _gate = new();

    /// <summary>The connection of what holds together; null outside.</summary>
    private NpgsqlConnection? _together;

    /// <summary>Opens the tables, and makes them where they are not.</summary>
    /// <param name="database">The database; the caller's.</param>
    /// <param name="run">The run's number.</param>
    public PostgresStore(ClusterDatabase database, long run)
    {
        Name = $"{database.Address.Name}, run {run}";
        database.Use(connection => connection.Run($"CREATE SCHEMA IF NOT EXISTS {SchemaOf(run)}"));
        _here = database.In(SchemaOf(run));
        _here.Use(connection => connection.Run(Migrations.OfRun));
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>The schema of a run's results.</summary>
    public static string SchemaOf(long run) => FormattableString.Invariant($"amend_run_{run}");

    /// <inheritdoc/>
    public void Execute(string statement, params object?[] values) => Use(connection => connection.Run(statement, values));

    /// <inheritdoc/>
    public void Together(Action action)
    {
        lock (_gate)
        {
            _here.UseWhole(connection =>
            {
                _together = connection;
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
    public void Dispose() => _here.Dispose();

    private T Use<T>(Func<NpgsqlConnection, T> action)
    {
        lock (_gate)
            return _together is { } together ? action(together) : _here.Use(action);
    }
}
