using Amend.Models.Layers;
using Amend.Models.Taps;
using static TorchSharp.torch;

namespace Amend.Models.Decoders.Experts;

/// <summary>The expert that all tokens go through.</summary>
/// <param name="Mlp">Its MLP.</param>
/// <param name="Gate">To what its output is multiplied with, behind a sigmoid, <c>[1,D]</c>; null for nothing.</param>
internal sealed record SharedExpert(DenseMlp Mlp, Linear? Gate)
{
    /// <summary>What it adds to the mixture's output, <c>[B,T,D]</c>, in the caller's dispose scope.</summary>
    /// <param name="taps">The taps of the block.</param>
    /// <param name="value">The tokens' states, <c>[B,T,D]</c>.</param>
    public Tensor Apply(BlockTaps taps, Tensor value)
    {
        var output = taps.At(SiteKind.SharedOut, Mlp.Down.Apply(taps.At(SiteKind.SharedKey, Mlp.Key(value))));
        return Gate is null ? output : taps.At(SiteKind.SharedGate, Gate.Apply(value).sigmoid()) * output;
    }
}
