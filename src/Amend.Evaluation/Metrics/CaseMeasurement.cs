namespace Amend.Evaluation.Metrics;

/// <summary>A case with what was said to it.</summary>
/// <param name="Case">The case.</param>
/// <param name="Before">By the model without edits; null where that was not asked.</param>
/// <param name="Now">By the model as it is measured.</param>
public sealed record CaseMeasurement(MetricCase Case, CaseAnswers? Before, CaseAnswers Now);
