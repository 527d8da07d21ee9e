using Amend.Evaluation.Metrics;

namespace Amend.Evaluation.Runs;

/// <summary>A case just edited and measured, before it is kept.</summary>
/// <param name="Place">Its place in the run, from 0.</param>
/// <param name="EditId">The edit's id; null where nothing was edited.</param>
/// <param name="Converged">Whether the optimisation reached its threshold.</param>
/// <param name="EditSeconds">Its share of the edit's wall time.</param>
/// <param name="Said">What the model said.</param>
public sealed record EditedCase(int Place, string? EditId, bool Converged, double EditSeconds, CaseAnswers Said);
