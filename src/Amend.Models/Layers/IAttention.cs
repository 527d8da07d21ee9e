using Amend.Models.Passes;
using static TorchSharp.torch;

namespace Amend.Models.Layers;

/// <summary>The attention of a block, from its normed input to its output projection.</summary>
internal interface IAttention
{
    /// <summary>What tokens take from each other.</summary>
    /// <param name="layer">The block.</param>
    /// <param name="value">The tokens' states, <c>[B,T,D]</c>.</param>
    /// <param name="scope">Positions, mask and cache of the pass.</param>
    /// <returns><c>[B,T,D]</c>, where the block's output is read, in the caller's dispose scope.</returns>
    Tensor Apply(int layer, Tensor value, AttentionScope scope);
}
