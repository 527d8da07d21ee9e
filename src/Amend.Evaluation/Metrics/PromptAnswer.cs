using Amend.Models.Scoring;

namespace Amend.Evaluation.Metrics;

/// <summary>What a model says to one prompt of a case.</summary>
/// <param name="Prompt">The prompt.</param>
/// <param name="Wanted">At the wanted answer, teacher-forced.</param>
/// <param name="Rival">At the rival answer, teacher-forced; null where there is none or it was not asked for.</param>
/// <param name="Generated">Freely, greedy; null where it was not asked for.</param>
public sealed record PromptAnswer(MetricPrompt Prompt, TargetAnswer Wanted, TargetAnswer? Rival, GeneratedAnswer? Generated);
