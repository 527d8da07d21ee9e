namespace Amend.Editing.Checks;

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
