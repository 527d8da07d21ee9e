using Amend.Evaluation.Metrics;

namespace Amend.Evaluation.Protocols;

/// <summary>One record edited alone.</summary>
/// <param name="CaseId">The record's number.</param>
/// <param name="EditId">The edit's id.</param>
/// <param name="Converged">Whether the editor's optimisation reached its threshold.</param>
/// <param name="Seconds">Wall time of the edit, without the measurements.</param>
/// <param name="Before">What the model said without the edit.</param>
/// <param name="After">What it said with the edit.</param>
public sealed record SingleEditCase(
    int CaseId, string EditId, bool Converged, double Seconds, CounterFactMeasurement Before, CounterFactMeasurement After);
