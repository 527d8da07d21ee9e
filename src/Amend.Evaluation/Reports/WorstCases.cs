using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;
using Amend.Evaluation.Runs;

namespace Amend.Evaluation.Reports;

/// <summary>
/// The worst cases of a row at its last moment: lowest mean of ES, PS and NS of the case first (of teacher-forced exact match and
/// agreement where the data have no second candidate), then the lowest margin, then the data set's order.
/// </summary>
/// <param name="Editor">The row's name.</param>
/// <param name="When">When they were measured.</param>
/// <param name="Cases">The cases, the worst first, at most ten.</param>
public sealed record WorstCases(string Editor, Moment When, IReadOnlyList<WorstCase> Cases)
{
    private const int Most = 10;

    internal static WorstCases? Of(RowResult row)
    {
        if (row.Cases.All(one => one.EditId is null || one.Answers.Count == 0))
            return null;
        var when = row.Cases.SelectMany(one => one.Answers.Keys).MaxBy(moment => moment.Order)!;
        var worst = row.Cases.Select(one => one.At(when) is { } measured ? WorstCase.Of(one, measured) : null).OfType<WorstCase>();
        return new WorstCases(row.Row.Name, when, [.. worst.OrderBy(one => one.Success).ThenBy(one => one.Margin).Take(Most)]);
    }
}

/// <summary>A case among the worst of a row.</summary>
/// <param name="CaseId">The case.</param>
/// <param name="EditId">The edit; null where nothing was edited.</param>
/// <param name="Converged">Whether the editor's optimisation reached its threshold.</param>
/// <param name="Success">The mean of its success figures, in per cent: what the order is by.</param>
/// <param name="Margin">The mean of P[wanted] - P[rival] over its prompts, -1 to 1: the order among equals.</param>
/// <param name="Prompts">The edited prompt, and the prompt with the least margin where it is another.</param>
public sealed record WorstCase(string CaseId, string? EditId, bool Converged,
    double Success, double Margin, IReadOnlyList<WorstPrompt> Prompts)
{
    /// <summary>Success figures by what a data set has: candidates to compare, or else gold answers.</summary>
    private static readonly IMetric[][] SuccessMetrics =
    [
        [CounterFactMetrics.EfficacySuccess, CounterFactMetrics.ParaphraseSuccess, CounterFactMetrics.NeighborhoodSuccess],
        [TeacherForcedMetrics.Exact, TeacherForcedMetrics.ParaphraseExact, TeacherForcedMetrics.Agreement],
    ];

    internal static WorstCase? Of(CaseResult one, CaseMeasurement measured)
    {
        var success = SuccessMetrics.Select(metrics => metrics.Average(metric => metric.ValueOf(measured)))
            .FirstOrDefault(mean => mean is not null);
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

/// <summary>A prompt of a bad case.</summary>
/// <param name="Kind">What it is for.</param>
/// <param name="Prompt">The whole prompt.</param>
/// <param name="Wanted">The wanted answer.</param>
/// <param name="Rival">The answer that it is compared with; null where there is none.</param>
/// <param name="Before">What the model without any edit said; null where that is not known.</param>
/// <param name="After">What the edited model said.</param>
public sealed record WorstPrompt(PromptKind Kind, string Prompt, string Wanted, string? Rival, ReportedAnswer? Before, ReportedAnswer After)
{
    internal static WorstPrompt Of(PromptAnswer now, CaseAnswers? before) => new(
        now.Prompt.Kind,
        now.Prompt.Prompt,
        now.Prompt.Wanted,
        now.Prompt.Rival,
        before?.Prompts.FirstOrDefault(answer => answer.Prompt == now.Prompt) is { } was ? ReportedAnswer.Of(was) : null,
        ReportedAnswer.Of(now));
}

/// <summary>What a model said to a prompt, as a report tells it.</summary>
/// <param name="Generated">Its greedy answer; null where it was not asked to write.</param>
/// <param name="WantedProbability">exp(-mean NLL a token) of the wanted answer, 0 to 1.</param>
/// <param name="RivalProbability">The same of the rival; null where there is none.</param>
public sealed record ReportedAnswer(string? Generated, double WantedProbability, double? RivalProbability)
{
    internal static ReportedAnswer Of(PromptAnswer answer) => new(
        answer.Generated?.Answer,
        Math.Exp(-answer.Wanted.Score.MeanNll),
        answer.Rival is { } rival ? Math.Exp(-rival.Score.MeanNll) : null);

    /// <summary>By how much the wanted answer is likelier than its rival, -1 to 1; without one, how likely it is.</summary>
    public double Margin() => WantedProbability - (RivalProbability ?? 0);
}
