using Amend.Models.Taps;
using static TorchSharp.torch;

namespace Amend.Models.Decoders;

/// <summary>The taps of one block.</summary>
/// <param name="Taps">The model's taps.</param>
/// <param name="Layer">The block.</param>
internal readonly record struct BlockTaps(TapSet Taps, int Layer)
{
    /// <summary>
    /// Passes a value through a site of the block; it stays the caller's, or what takes its place is in the caller's scope.
    /// </summary>
    public Tensor At(SiteKind kind, Tensor value) => Taps.At(new Site(kind, Layer), value);
}
