namespace Amend.Evaluation.Metrics;

/// <summary>A prompt with the answer that it should get.</summary>
/// <param name="Kind">What it is for.</param>
/// <param name="Prompt">The whole prompt.</param>
/// <param name="Wanted">The wanted answer: the new object o* for the edit and its paraphrases, the answer of the data set for others.</param>
/// <param name="Rival">The answer that the wanted one is compared with, o or o*; null where the data have none.</param>
public sealed record MetricPrompt(PromptKind Kind, string Prompt, string Wanted, string? Rival = null)
{
    /// <summary>
    /// Whether this is the prompt before it once more, with another accepted answer. It is scored, but not answered freely again.
    /// </summary>
    public bool IsRepeated { get; init; }

    /// <summary>Whether each token of the wanted answer counts as an answer of its own where the first alone is judged.</summary>
    public bool IsSplit { get; init; }

    /// <summary>Whether the model's free answer to the prompt is of use: not for neighbors, and once a prompt.</summary>
    public bool IsAnsweredFreely => Kind != PromptKind.Neighborhood && !IsRepeated;
}
