using Amend.Cluster.Scheduling;

namespace Amend.Cluster.Working;

/// <summary>A run that a worker has open, of any kind of work. For one thread.</summary>
internal interface IOpenedWork : IDisposable
{
    /// <summary>The row of a unit, of which a worker gets more where there are any; empty for what all others follow.</summary>
    string RowOf(int number);

    /// <summary>Does a unit and keeps what it gives.</summary>
    /// <returns>Whether its row has ended, of which nothing more is to be done.</returns>
    /// <exception cref="Tensors.AmendException">It failed.</exception>
    bool Do(OfferedUnit unit, CancellationToken stop);
}
