namespace Amend.Evaluation.Metrics;

/// <summary>
/// Whether each target token of one record is the likeliest at its place, teacher-forced, over all prompts of a kind in one list
/// (kmeng01/rome, <c>eval_utils_zsre.py</c>).
/// </summary>
/// <param name="Rewrite">At the new target after the edited prompt.</param>
/// <param name="Paraphrase">At the new target after other ways to ask.</param>
/// <param name="Neighborhood">At the gold answer after prompts about something else.</param>
public sealed record TokenAccuracyMeasurement(
    IReadOnlyList<bool> Rewrite, IReadOnlyList<bool> Paraphrase, IReadOnlyList<bool> Neighborhood);
