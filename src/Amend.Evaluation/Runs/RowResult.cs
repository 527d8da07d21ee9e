using System.Text.Json.Nodes;
using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;

namespace Amend.Evaluation.Runs;

/// <summary>What a row of a run gave.</summary>
/// <param name="Row">The row.</param>
/// <param name="Cases">The cases, in the data set's order.</param>
/// <param name="Times">Wall time of its phases.</param>
public sealed record RowResult(RunRow Row, IReadOnlyList<CaseResult> Cases, PhaseTimes Times)
{
    /// <summary>Every setting of the editor as it was used; what was put over its preset where it made no edit yet.</summary>
    public JsonObject Settings { get; init; } = Row.Settings;

    /// <summary>What a guard measured after each write; empty where none watched.</summary>
    public IReadOnlyList<GuardedWrite> Guarded { get; init; } = [];

    /// <summary>Whether a guard ended the row before its last case.</summary>
    public bool Stopped => Guarded.Any(write => write.Stopped);

    /// <summary>The cases measured at a moment; empty where nothing was measured then.</summary>
    public IReadOnlyList<CaseMeasurement> MeasuredAt(Moment moment) => [.. Cases.Select(one => one.At(moment)).OfType<CaseMeasurement>()];
}
