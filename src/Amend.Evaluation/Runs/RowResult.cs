using System.Text.Json.Nodes;
using Amend.Editing.Governance;
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

    /// <summary>
    /// Bytes of the weights that the edits of a stream change, each once, and of their adaptors, by the moment; empty of another run.
    /// </summary>
    public IReadOnlyDictionary<Moment, long> EditedBytes { get; init; } = new Dictionary<Moment, long>();

    /// <summary>Whether a guard ended the row before its last case.</summary>
    public bool Stopped => Guarded.Any(write => write.Stopped);

    /// <summary>The cases measured at a moment; empty where nothing was measured then.</summary>
    public IReadOnlyList<CaseMeasurement> MeasuredAt(Moment moment) => [.. Cases.Select(one => one.At(moment)).OfType<CaseMeasurement>()];
}

/// <summary>One case of a run, edited and measured.</summary>
/// <param name="CaseId">The case's id.</param>
/// <param name="EditId">The edit's id; null where nothing was edited.</param>
/// <param name="Converged">Whether the editor's optimisation reached its threshold; true where nothing was edited.</param>
/// <param name="EditSeconds">Wall time of the edit, without the measurements; the case's share of its batch.</param>
/// <param name="Case">What was asked.</param>
/// <param name="Before">What the model without any edit said.</param>
/// <param name="Answers">What the model said at each moment of the protocol.</param>
public sealed record CaseResult(
    string CaseId,
    string? EditId,
    bool Converged,
    double EditSeconds,
    MetricCase Case,
    CaseAnswers Before,
    IReadOnlyDictionary<Moment, CaseAnswers> Answers)
{
    /// <summary>The measurement at a moment; null where the protocol does not measure then, or not yet.</summary>
    public CaseMeasurement? At(Moment moment) => Answers.TryGetValue(moment, out var said)
        ? new CaseMeasurement(Case, Before, said)
        {
            OnArrival = Answers.GetValueOrDefault(Moment.OnArrival),
            OwnEdit = Answers.GetValueOrDefault(Moment.OwnEdit),
        }
        : null;
}

/// <summary>A write of a run that a guard watched.</summary>
/// <param name="Place">The place of the batch's first case in the run, from 0.</param>
/// <param name="Measures">What was measured.</param>
/// <param name="Breach">The measure outside its limit, for which the write was taken back; null where it stayed.</param>
/// <param name="Stopped">Whether the row ended here.</param>
public sealed record GuardedWrite(int Place, GuardMeasures Measures, GuardBreach? Breach, bool Stopped);
