namespace Amend.Evaluation.Metrics;

/// <summary>A prompt with the answer that it should get.</summary>
/// <param name="Kind">What it is for.</param>
/// <param name="Prompt">The whole prompt.</param>
/// <param name="Wanted">The wanted answer: the new object o* for the edit and its paraphrases, the answer of the data set for
/// others.</param>
/// <param name="Rival">The answer that the wanted one is compared with, o or o*; null where the data have none.</param>
public sealed record MetricPrompt(PromptKind Kind, string Prompt, string Wanted, string? Rival = null)
{
    /// <summary>
    /// Whether this is the prompt before it once more, with another accepted answer. It is scored, but not answered freely again.
    /// </summary>
    public bool IsRepeated { get; init; }

    /// <summary>Whether each token of the wanted answer counts as an answer of its own where the first alone is judged.</summary>
    public bool IsSplit { get; init; }

    /// <summary>The need that a kind of prompt is.</summary>
    public static MetricNeeds NeedOf(PromptKind kind) => kind switch
    {
        PromptKind.Rewrite => MetricNeeds.Rewrite,
        PromptKind.Paraphrase => MetricNeeds.Paraphrases,
        PromptKind.Portability => MetricNeeds.Portability,
        _ => MetricNeeds.Neighbors,
    };

    /// <summary>Whether the model's free answer to the prompt is of use: not for neighbors, and once a prompt.</summary>
    public bool IsAnsweredFreely => Kind != PromptKind.Neighborhood && !IsRepeated;
}

/// <summary>What a prompt of a case is for.</summary>
public enum PromptKind
{
    /// <summary>The edited prompt: reliability, efficacy.</summary>
    Rewrite,

    /// <summary>Another way to ask the same: generalization.</summary>
    Paraphrase,

    /// <summary>A prompt that must keep its answer: locality, specificity.</summary>
    Neighborhood,

    /// <summary>A prompt whose answer follows from the edit: portability.</summary>
    Portability,
}
