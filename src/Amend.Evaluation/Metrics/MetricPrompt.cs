namespace Amend.Evaluation.Metrics;

/// <summary>A prompt with the answer that it should get.</summary>
/// <param name="Kind">What it is for.</param>
/// <param name="Prompt">The whole prompt.</param>
/// <param name="Wanted">The wanted answer: the new object o* for the edit and its paraphrases, the gold answer for neighbors.</param>
/// <param name="Rival">The answer that the wanted one is compared with, o or o*; null where the data have none.</param>
public sealed record MetricPrompt(PromptKind Kind, string Prompt, string Wanted, string? Rival = null);
