using Amend.Evaluation.Cases;

namespace Amend.Evaluation.Metrics;

/// <summary>A case as metrics see it, whatever data set it is from.</summary>
/// <param name="Id">What reports call it.</param>
/// <param name="Prompts">The edited prompt, paraphrases and neighbors.</param>
public sealed record MetricCase(string Id, IReadOnlyList<CasePrompt> Prompts)
{
    /// <summary>Openings of text about the subject.</summary>
    public IReadOnlyList<string> GenerationPrompts { get; init; } = [];

    /// <summary>Reference texts; null where there are none.</summary>
    public ReferenceTexts? References { get; init; }

    /// <summary>A CounterFact record: wanted is o*, and o on neighborhood prompts.</summary>
    public static MetricCase Of(CounterFactRecord record)
    {
        var (added, kept) = (record.RequestedRewrite.TargetNew.Str, record.RequestedRewrite.TargetTrue.Str);
        return new MetricCase($"{record.CaseId}",
        [
            new CasePrompt(PromptKind.Rewrite, record.ToRequest().FilledPrompt, added, kept),
            .. record.ParaphrasePrompts.Select(prompt => new CasePrompt(PromptKind.Paraphrase, prompt, added, kept)),
            .. record.NeighborhoodPrompts.Select(prompt => new CasePrompt(PromptKind.Neighborhood, prompt, kept, added)),
        ])
        {
            GenerationPrompts = record.GenerationPrompts,
        };
    }
}
