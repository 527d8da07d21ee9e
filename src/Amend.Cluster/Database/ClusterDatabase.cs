using System.Data.Common;
using System.Security.Authentication;
using Amend.Tensors;
using Npgsql;

namespace Amend.Cluster.Database;

/// <summary>
/// A cluster's database. What is asked of it is asked again where the connection is lost, for as long as a database may take to come back;
/// every statement here may be run twice.
/// </summary>
public sealed class ClusterDatabase : IAsyncDisposable, IDisposable
{
    private const int MostPrepared = 50;
    private const long MigrationLock = 0x416D656E64;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);
    private readonly NpgsqlDataSource _source;

    private ClusterDatabase(ClusterAddress address, string? schema = null)
    {
        Address = address;
        _source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(address.Connection.ConnectionString)
        {
            SearchPath = schema,
            MaxAutoPrepare = MostPrepared,
        });
    }

    /// <summary>Where it is.</summary>
    public ClusterAddress Address { get; }

    /// <summary>Opens a database and brings its tables to this version.</summary>
    /// <exception cref="AmendException">It cannot be reached or used, or a later version of Amend made its tables.</exception>
    public static ClusterDatabase Open(ClusterAddress address)
    {
        var database = new ClusterDatabase(address);
        try
        {
            using var connection = database._source.OpenConnection();
            database.Migrate(connection);
            return database;
        }
        catch (Exception e) when (e is DbException or IOException or System.Net.Sockets.SocketException)
        {
            database.Dispose();
            throw new AmendException(e.InnerException is AuthenticationException untrusted
                ? $"The database '{address.Name}' has a certificate that is not trusted ({untrusted.Message.TrimEnd('.')}); give its "
                    + "authority's as 'Root Certificate=FILE', and 'Host=' as the certificate names the server."
                : $"The database '{address.Name}' cannot be used ({e.Message.TrimEnd('.')}); see that PostgreSQL runs there and lets "
                    + $"'{address.Connection.Username ?? Environment.UserName}' make tables.", e);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>The same database, where names of tables are looked for in one schema; the caller disposes it.</summary>
    internal ClusterDatabase In(string schema) => new(Address, schema);

    /// <summary>Does something with a connection, again where the connection is lost.</summary>
    internal T Use<T>(Func<NpgsqlConnection, T> action, CancellationToken stop = default)
    {
        var until = DateTime.UtcNow + Patience;
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                using var connection = _source.OpenConnection();
                return action(connection);
            }
            catch (Exception e) when (IsLost(e) && DateTime.UtcNow < until)
            {
                stop.WaitHandle.WaitOne(pause);
                stop.ThrowIfCancellationRequested();
            }
        }
    }

    /// <summary>Does something in one transaction, the whole again where the connection is lost.</summary>
    internal T UseWhole<T>(Func<NpgsqlConnection, T> action, CancellationToken stop = default) => Use(
        connection =>
        {
            using var whole = connection.BeginTransaction();
            var result = action(connection);
            whole.Commit();
            return result;
        },
        stop);

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _source.DisposeAsync();

    /// <summary>Whether the connection was the trouble, and not what was asked.</summary>
    private static bool IsLost(Exception e) => e switch
    {
        PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure } => true,
        PostgresException answered => answered.IsTransient || answered.SqlState is
            PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow,
        NpgsqlException or IOException or System.Net.Sockets.SocketException or TimeoutException => true,
        ObjectDisposedException or InvalidOperationException => false,
        _ => false,
    };

    private void Migrate(NpgsqlConnection connection)
    {
        using var whole = connection.BeginTransaction();
        // Workers may start together; the lock ends with the transaction.
        connection.Run("SELECT pg_advisory_xact_lock($1)", MigrationLock);
        connection.Run(Migrations.Versions);
        var applied = connection.Rows("SELECT coalesce(max(version), 0) FROM amend.migrations", row => row.GetInt32(0))[0];
        if (applied > Migrations.All.Count)
        {
            throw new AmendException(
                $"The tables in '{Address.Name}' are of version {applied}, and this Amend knows {Migrations.All.Count}; "
                + "use the Amend that made them, or another database.");
        }

        foreach (var (at, statements) in Migrations.All.Index().Skip(applied))
        {
            connection.Run(statements);
            connection.Run("INSERT INTO amend.migrations (version) VALUES ($1)", at + 1);
        }

        whole.Commit();
    }
}
