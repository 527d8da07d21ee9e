namespace Amend.Evaluation.Metrics;

/// <summary>What a model says to a case at one moment.</summary>
/// <param name="Prompts">To each prompt that was asked.</param>
public sealed record CaseAnswers(IReadOnlyList<PromptAnswer> Prompts)
{
    /// <summary>Sampled texts with their openings, one a generation prompt; empty where none were asked for.</summary>
    public IReadOnlyList<string> Generations { get; init; } = [];

    /// <summary>Perplexity of the fixed text; null where it was not asked for.</summary>
    public double? FixedTextPerplexity { get; init; }

    /// <summary>The answers to prompts of a kind, in the case's order.</summary>
    public IEnumerable<PromptAnswer> Of(PromptKind kind) => Prompts.Where(answer => answer.Prompt.Kind == kind);
}
