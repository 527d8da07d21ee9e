using Amend.Cluster.Board;
using Amend.Cluster.Database;
using Amend.Cluster.Orders;
using Amend.Cluster.Scheduling;

namespace Amend.Cluster.Working;

/// <summary>A run of parts that a worker has open.</summary>
/// <param name="parts">The run's parts; disposed of here.</param>
/// <param name="maker">Makes them.</param>
internal sealed class OpenedParts(PostgresParts parts, IPartMaker maker) : IOpenedWork
{
    /// <inheritdoc/>
    public string RowOf(int number) => PartedRun.Row;

    /// <inheritdoc/>
    public bool Do(OfferedUnit unit, CancellationToken stop)
    {
        try
        {
            parts.Keep(unit.Number, maker.Make(parts.Given(unit.Number), stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Nothing of it was kept, and it is given back.
        }

        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => parts.Dispose();
}
