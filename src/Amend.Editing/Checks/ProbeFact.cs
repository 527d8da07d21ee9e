namespace Amend.Editing.Checks;

/// <summary>A fact that is asked for whatever is edited: its loss warns of lost knowledge or ability.</summary>
/// <param name="Prompt">The prompt.</param>
/// <param name="Answer">The answer that holds.</param>
public sealed record ProbeFact(string Prompt, string Answer);
