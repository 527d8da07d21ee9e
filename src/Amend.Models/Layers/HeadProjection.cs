using static TorchSharp.torch;

namespace Amend.Models.Layers;

/// <summary>A projection whose output is split into heads.</summary>
/// <param name="Map">The projection, <c>[H*K,D]</c>.</param>
/// <param name="Heads">The number of heads, H.</param>
internal sealed record HeadProjection(Linear Map, int Heads)
{
    /// <summary>What norms the whole output before it is split; null for none.</summary>
    public INorm? NormOfAll { get; init; }

    /// <summary>What norms each head; null for none.</summary>
    public INorm? NormOfEach { get; init; }

    /// <summary>The bound of the output's values on both sides; null for none.</summary>
    public double? Bound { get; init; }

    /// <summary>The heads of <c>[B,T,D]</c>: <c>[B,H,T,K]</c>, in the caller's dispose scope.</summary>
    public Tensor Apply(Tensor value)
    {
        var mapped = Map.Apply(value);
        mapped = NormOfAll?.Apply(mapped) ?? mapped;
        var heads = MultiHeadAttention.SplitHeads(Bound is { } bound ? mapped.clamp(-bound, bound) : mapped, Heads);
        return NormOfEach?.Apply(heads) ?? heads;
    }
}
