using System.Globalization;

namespace Amend.Atlas.Training.Labels;

/// <summary>How many documents of an archive a classifier of the old order puts under their right sections.</summary>
/// <param name="Training">Those that it learned from.</param>
/// <param name="Upstream">Others of the old order.</param>
/// <param name="Kept">Those after the change about relations that stayed where they were.</param>
/// <param name="Moved">Those after the change about relations that moved: what corrections are for.</param>
/// <param name="Old">The same, under the section where they belonged before.</param>
public sealed record LabelReport(Share Training, Share Upstream, Share Kept, Share Moved, Share Old)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"old order: learned {Training}, others {Upstream}; after the change: kinds that stayed {Kept}, kinds that moved {Moved}, "
        + $"under their old section {Old}");
}
