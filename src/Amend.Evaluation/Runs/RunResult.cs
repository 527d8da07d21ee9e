using Amend.Evaluation.Metrics;

namespace Amend.Evaluation.Runs;

/// <summary>A run with its results: what reports are written from.</summary>
/// <param name="Run">What it is.</param>
/// <param name="Metrics">What was measured, in the order of the report.</param>
/// <param name="Rows">The results, a row each.</param>
/// <param name="Finished">Whether all cases of all rows are there; false where the run was stopped.</param>
/// <param name="SkippedRecords">Broken records that were passed over.</param>
public sealed record RunResult(RunDescription Run, IReadOnlyList<IMetric> Metrics,
    IReadOnlyList<RowResult> Rows, bool Finished, int SkippedRecords)
{
    /// <summary>What a reader of the figures should know of the cases, a sentence each; mostly none.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];

    /// <summary>The labels of the model by their ids; none where it is no classifier.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Wall time of what all rows share: reading the cases and asking the unedited model.</summary>
    public PhaseTimes Shared { get; init; } = new(0, 0, 0, 0, 0);
}
