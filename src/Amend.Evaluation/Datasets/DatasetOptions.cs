namespace Amend.Evaluation.Datasets;

/// <summary>How a data set is read.</summary>
public sealed class DatasetOptions
{
    /// <summary>
    /// Whether a broken record is passed over and counted in <see cref="Skipped"/> instead of ending the reading. A JSON array
    /// that breaks off or has a syntax error ends it all the same, because nothing after that place can be told apart.
    /// </summary>
    public bool SkipBad { get; init; }

    /// <summary>The records that were passed over.</summary>
    public SkippedRecords Skipped { get; } = new();
}
