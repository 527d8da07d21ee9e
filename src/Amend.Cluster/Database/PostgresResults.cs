using Amend.Evaluation.Runs;

namespace Amend.Cluster.Database;

/// <summary>The results of a run in a cluster's database, to which any number of workers write.</summary>
public sealed class PostgresResults : RunTables
{
    private readonly PostgresStore _store;

    private PostgresResults(PostgresStore store, RunDescription run)
        : base(store, run) => _store = store;

    /// <summary>Opens a run's results, new or to be gone on with.</summary>
    /// <param name="database">The database; the caller's.</param>
    /// <param name="number">The run's number.</param>
    /// <param name="run">What the run is.</param>
    /// <exception cref="Tensors.AmendException">The number is of another run.</exception>
    public static PostgresResults Open(ClusterDatabase database, long number, RunDescription run)
    {
        var store = new PostgresStore(database, number);
        try
        {
            return new PostgresResults(store, run);
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>Forgets what the unedited model said.</summary>
    internal void ForgetUnedited() => _store.Execute("DELETE FROM cases");
}
