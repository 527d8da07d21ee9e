using Amend.Models.Taps;

namespace Amend.Tracing.Runs;

/// <summary>One change of a restored run: at a site of one layer, the traced token gets the value of another run.</summary>
/// <param name="Site">The place in the block.</param>
/// <param name="IsClean">Whether the value is the clean run's; otherwise it is the corrupted run's.</param>
internal readonly record struct Restoration(SiteKind Site, bool IsClean)
{
    /// <summary>The block's output is the clean run's.</summary>
    public static Restoration CleanState { get; } = new(SiteKind.BlockOut, true);
}
