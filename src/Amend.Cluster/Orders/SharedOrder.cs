using Amend.Evaluation.Orders;

namespace Amend.Cluster.Orders;

/// <summary>What a worker is told of an evaluation.</summary>
/// <param name="Order">What was ordered, whose files are named by their hashes where they do not come with the program.</param>
/// <param name="Model">The model.</param>
public sealed record SharedOrder(RunOrder Order, ModelReference Model) : WorkOrder(Model)
{
    /// <summary>Files of the order in the shared store: their hashes by the names in the order.</summary>
    public IReadOnlyDictionary<string, SharedFile> Files { get; init; } = new Dictionary<string, SharedFile>();
}
