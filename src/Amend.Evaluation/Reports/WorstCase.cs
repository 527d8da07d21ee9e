using Amend.Evaluation.Metrics;
using Amend.Evaluation.Runs;

namespace Amend.Evaluation.Reports;

/// <summary>A case among the worst of a row.</summary>
/// <param name="CaseId">The case.</param>
/// <param name="EditId">The edit; null where nothing was edited.</param>
/// <param name="Converged">Whether the editor's optimisation reached its threshold.</param>
/// <param name="Success">The mean of its success figures, in per cent: what the order is by.</param>
/// <param name="Margin">The mean of P[wanted] - P[rival] over its prompts, -1 to 1: the order among equals.</param>
/// <param name="Prompts">The edited prompt, and the prompt with the least margin where it is another.</param>
public sealed record WorstCase(string CaseId, string? EditId, bool Converged, double Success, double Margin, IReadOnlyList<WorstPrompt> Prompts)
{
    /// <summary>Success figures by what a data set has: candidates to compare, or else gold answers.</summary>
    private static readonly IMetric[][] SuccessMetrics =
    [
        [CounterFactMetrics.EfficacySuccess, CounterFactMetrics.ParaphraseSuccess, CounterFactMetrics.NeighborhoodSuccess],
        [TeacherForcedMetrics.Exact, TeacherForcedMetrics.ParaphraseExact, TeacherForcedMetrics.Agreement],
    ];

    internal static WorstCase? Of(CaseResult one, CaseMeasurement measured)
    {
        var success = SuccessMetrics.Select(metrics => metrics.Average(metric => metric.ValueOf(measured))).FirstOrDefault(mean => mean is not null);
        if (success is not { } mean)
            return null;
        WorstPrompt[] prompts = [.. measured.Now.Prompts.Select(answer => WorstPrompt.Of(answer, measured.Before))];
        var worst = prompts.MinBy(prompt => prompt.After.Margin())!;
        return new WorstCase(
            one.CaseId,
            one.EditId,
            one.Converged,
            mean,
            prompts.Average(prompt => prompt.After.Margin()),
            [.. prompts.Where(prompt => prompt.Kind == PromptKind.Rewrite).Append(worst).Distinct()]);
    }
}
