namespace Amend.Evaluation.Metrics;

/// <summary>The need that a kind of prompt is.</summary>
public static class PromptNeeds
{
    /// <summary>The need of a kind.</summary>
    public static MetricNeeds Of(PromptKind kind) => kind switch
    {
        PromptKind.Rewrite => MetricNeeds.Rewrite,
        PromptKind.Paraphrase => MetricNeeds.Paraphrases,
        PromptKind.Portability => MetricNeeds.Portability,
        _ => MetricNeeds.Neighbors,
    };
}
