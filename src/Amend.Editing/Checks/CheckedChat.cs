namespace Amend.Editing.Checks;

/// <summary>What a model says to the edited prompt as a question of its chat template, before and after an edit.</summary>
/// <param name="AnswerBefore">The greedy answer before.</param>
/// <param name="AnswerAfter">The greedy answer after.</param>
public sealed record CheckedChat(string AnswerBefore, string AnswerAfter);
