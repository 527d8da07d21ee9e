using Amend.Evaluation.Metrics;

namespace Amend.Evaluation.Reports;

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
