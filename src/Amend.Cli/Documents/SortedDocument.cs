using Amend.Atlas.Training;
using Amend.Atlas.Training.Labels;

namespace Amend.Cli.Documents;

/// <summary>What <c>amend atlas train labels --json</c> prints: how many documents the model puts where they belong.</summary>
/// <param name="Folder">The model's folder.</param>
/// <param name="Training">Documents that it learned from.</param>
/// <param name="Upstream">Others before the change.</param>
/// <param name="Kept">Documents after the change, of relations that stayed.</param>
/// <param name="Moved">Documents after the change, of relations that moved.</param>
/// <param name="Old">The same, under the section before the change.</param>
internal sealed record SortedDocument(string Folder, Share Training, Share Upstream, Share Kept, Share Moved, Share Old)
{
    /// <summary>What training reported.</summary>
    public static SortedDocument Of(string folder, LabelReport report) =>
        new(folder, report.Training, report.Upstream, report.Kept, report.Moved, report.Old);
}
