using Amend.Models.Scoring;

namespace Amend.Editing.Checks;

/// <summary>What an edit did: to its own prompt, to paraphrases of it, and to prompts it should not touch.</summary>
/// <param name="TopBefore">The likeliest next tokens before.</param>
/// <param name="TopAfter">The likeliest next tokens after.</param>
/// <param name="Prompt">The edited prompt.</param>
/// <param name="Paraphrases">Prompts that should follow.</param>
/// <param name="Neighbors">Prompts that should keep their answer.</param>
public sealed record EditCheckReport(
    IReadOnlyList<TokenProbability> TopBefore,
    IReadOnlyList<TokenProbability> TopAfter,
    CheckedPrompt Prompt,
    IReadOnlyList<CheckedPrompt> Paraphrases,
    IReadOnlyList<CheckedPrompt> Neighbors)
{
    /// <summary>The edited prompt as a question of the model's chat template; null where that was not asked.</summary>
    public CheckedChat? Chat { get; init; }
}
