using Amend.Evaluation.Datasets;
using Amend.Tensors.Files;

namespace Amend.Evaluation.Orders;

/// <summary>The files that a run reads first, found.</summary>
/// <param name="Source">The data set.</param>
/// <param name="IsLabelled">Whether it holds labelled texts.</param>
/// <param name="From">Where others of the order are found.</param>
public sealed record OrderedFiles(DatasetSource Source, bool IsLabelled, IOrderFiles From)
{
    /// <summary>The reference texts; null where there are none.</summary>
    public string? SnippetsPath { get; init; }

    /// <summary>The text whose perplexity is measured; null where there is none.</summary>
    public string? FixedTextPath { get; init; }

    /// <summary>That text.</summary>
    internal string? ReadFixedText() => FixedTextPath is null ? null : TextFile.ReadAllText(FixedTextPath);
}
