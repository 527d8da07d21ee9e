using static TorchSharp.torch;

namespace Amend.Models.Decoders;

/// <summary>The MLP of a block, from its normed input to its output, with the taps between.</summary>
internal interface IMlp
{
    /// <summary>What a token makes of its state.</summary>
    /// <param name="taps">The taps of the block.</param>
    /// <param name="value">The tokens' states, <c>[B,T,D]</c>.</param>
    /// <returns><c>[B,T,D]</c>, in the caller's dispose scope.</returns>
    Tensor Apply(BlockTaps taps, Tensor value);
}
