namespace Amend.Models.Generation;

/// <summary>How long a model's free texts are, and how they are sampled.</summary>
public sealed record WritingOptions
{
    /// <summary>Most new tokens of a greedy answer; 20 by default.</summary>
    public int AnswerTokens { get; init; } = 20;

    /// <summary>Most new tokens of an answer through the chat template, which is mostly a whole sentence; 32 by default.</summary>
    public int ChatTokens { get; init; } = 32;

    /// <summary>Tokens of a sampled text, its opening included; 100 by default, as kmeng01/rome.</summary>
    public int TextTokens { get; init; } = 100;

    /// <summary>The sampling of texts: top-k 5 and no stop at the end of text by default, as kmeng01/rome; its length is ignored.</summary>
    public GenerationOptions Sampling { get; init; } = new() { TopK = 5, StopAtEndOfText = false };
}
