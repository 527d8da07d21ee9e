using static TorchSharp.torch;

namespace Amend.Models.Layers;

/// <summary>Queries, keys and values by one projection.</summary>
/// <param name="Map">The projection, <c>[(H+2G)*K,D]</c>.</param>
/// <param name="Heads">The number of query heads, H.</param>
/// <param name="Groups">The number of key and value heads, G.</param>
/// <param name="Order">How they follow each other in its output.</param>
internal sealed record FusedHeads(Linear Map, int Heads, int Groups, FusedOrder Order) : IHeadSource
{
    /// <summary>The bound of the output's values on both sides; null for none.</summary>
    public double? Bound { get; init; }

    /// <inheritdoc/>
    public (Tensor Query, Tensor Key, Tensor Value) Apply(Tensor value)
    {
        var mapped = Map.Apply(value);
        return Split(Bound is { } bound ? mapped.clamp(-bound, bound) : mapped);
    }

    /// <summary>
    /// Queries <c>[B,H,T,K]</c>, keys and values <c>[B,G,T,K]</c> of the projection's output, <c>[B,T,(H+2G)*K]</c>, in the caller's scope.
    /// </summary>
    public (Tensor Query, Tensor Key, Tensor Value) Split(Tensor mapped)
    {
        var heads_BNTK = MultiHeadAttention.SplitHeads(mapped, Heads + (2 * Groups));
        if (Order == FusedOrder.ByKind)
            return (heads_BNTK.narrow(1, 0, Heads), heads_BNTK.narrow(1, Heads, Groups), heads_BNTK.narrow(1, Heads + Groups, Groups));
        var sharing = Heads / Groups;
        var groups_BGNTK = heads_BNTK.unflatten(1, Groups, sharing + 2);
        return (groups_BGNTK.narrow(2, 0, sharing).flatten(1, 2), groups_BGNTK.select(2, sharing), groups_BGNTK.select(2, sharing + 1));
    }
}

/// <summary>How queries, keys and values follow each other in the output of one projection.</summary>
internal enum FusedOrder
{
    /// <summary>All queries, all keys, all values: Phi-3, MPT.</summary>
    ByKind,

    /// <summary>
    /// For each key and value head the queries that read it, the key, the value: Falcon; GPT-NeoX with as many as queries.
    /// </summary>
    ByGroup,
}
