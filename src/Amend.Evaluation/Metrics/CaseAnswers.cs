using Amend.Evaluation.Cases;
using Amend.Models.Generation;
using Amend.Models.Scoring;

namespace Amend.Evaluation.Metrics;

/// <summary>What a model says to a case at one moment.</summary>
/// <param name="Prompts">To each prompt that was asked.</param>
public sealed record CaseAnswers(IReadOnlyList<PromptAnswer> Prompts)
{
    /// <summary>Sampled texts with their openings, one a generation prompt; empty where none were asked for.</summary>
    public IReadOnlyList<string> Generations { get; init; } = [];

    /// <summary>Perplexity of the fixed text; null where it was not asked for.</summary>
    public double? FixedTextPerplexity { get; init; }

    /// <summary>The share of the probe's facts that are still known, 0 to 1; null where it was not asked for.</summary>
    public double? ProbeShare { get; init; }

    /// <summary>
    /// Whether the edited prompt gets its wanted answer: a classifier's label, or each token of what a model writes greedily, which is
    /// the same with the tokens before it given.
    /// </summary>
    public bool IsRight => Of(PromptKind.Rewrite).Any() && Of(PromptKind.Rewrite).All(answer => answer.Wanted.Score.IsGreedy);

    /// <summary>The answers to prompts of a kind, in the case's order.</summary>
    public IEnumerable<PromptAnswer> Of(PromptKind kind) => Prompts.Where(answer => answer.Prompt.Kind == kind);
}

/// <summary>What a model says to one prompt of a case.</summary>
/// <param name="Prompt">The prompt.</param>
/// <param name="Wanted">At the wanted answer, teacher-forced.</param>
/// <param name="Rival">At the rival answer, teacher-forced; null where there is none or it was not asked for.</param>
/// <param name="Generated">Freely, greedy; null where it was not asked for.</param>
public sealed record PromptAnswer(MetricPrompt Prompt, TargetAnswer Wanted, TargetAnswer? Rival, GeneratedAnswer? Generated)
{
    /// <summary>Freely, greedy, to a user who asks through the chat template; null where it was not asked for or there is none.</summary>
    public GeneratedAnswer? InChat { get; init; }
}

/// <summary>A case with what was said to it.</summary>
/// <param name="Case">The case.</param>
/// <param name="Before">By the model without edits; null where that was not asked.</param>
/// <param name="Now">By the model as it is measured.</param>
public sealed record CaseMeasurement(MetricCase Case, CaseAnswers? Before, CaseAnswers Now)
{
    /// <summary>What the model said when the case came in a stream, before it was edited; null in other runs.</summary>
    public CaseAnswers? OnArrival { get; init; }

    /// <summary>What the model said right after the case's own edit; null where that was not asked.</summary>
    public CaseAnswers? OwnEdit { get; init; }

    /// <summary>What the case was for: one that came in a stream and was answered rightly was passed over.</summary>
    public CaseRole Role => Case.Role == CaseRole.Edited && OnArrival is { IsRight: true } ? CaseRole.PassedOver : Case.Role;
}
