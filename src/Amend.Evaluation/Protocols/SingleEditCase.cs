using Amend.Evaluation.Metrics;

namespace Amend.Evaluation.Protocols;

/// <summary>One case edited alone.</summary>
/// <param name="CaseId">The case's id.</param>
/// <param name="EditId">The edit's id; null where nothing was edited.</param>
/// <param name="Converged">Whether the editor's optimisation reached its threshold; true where nothing was edited.</param>
/// <param name="Seconds">Wall time of the edit, without the measurements.</param>
/// <param name="Measured">What the model said without the edit and with it.</param>
public sealed record SingleEditCase(string CaseId, string? EditId, bool Converged, double Seconds, CaseMeasurement Measured);
