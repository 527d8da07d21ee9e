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

/// <summary>What a model says to a prompt before and after an edit.</summary>
/// <param name="Prompt">The prompt.</param>
/// <param name="AnswerBefore">The greedy answer before.</param>
/// <param name="AnswerAfter">The greedy answer after.</param>
/// <param name="ProbabilityBefore">Probability of the new target before, 0 to 1.</param>
/// <param name="ProbabilityAfter">Probability of the new target after, 0 to 1.</param>
/// <param name="GivesTarget">Whether greedy decoding gives the new target after.</param>
public sealed record CheckedPrompt(
    string Prompt, string AnswerBefore, string AnswerAfter, double ProbabilityBefore, double ProbabilityAfter, bool GivesTarget)
{
    /// <summary>Whether the answer is the one from before.</summary>
    public bool Kept => AnswerBefore == AnswerAfter;
}

/// <summary>What a model says to the edited prompt as a question of its chat template, before and after an edit.</summary>
/// <param name="AnswerBefore">The greedy answer before.</param>
/// <param name="AnswerAfter">The greedy answer after.</param>
public sealed record CheckedChat(string AnswerBefore, string AnswerAfter);
