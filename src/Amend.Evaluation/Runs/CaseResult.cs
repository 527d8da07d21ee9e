using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;

namespace Amend.Evaluation.Runs;

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
    public CaseMeasurement? At(Moment moment) => Answers.TryGetValue(moment, out var said) ? new CaseMeasurement(Case, Before, said) : null;
}
