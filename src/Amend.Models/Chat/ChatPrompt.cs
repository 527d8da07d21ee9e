namespace Amend.Models.Chat;

/// <summary>A question as a chat template writes it.</summary>
/// <param name="Text">The text, special tokens and all, up to where the answer begins.</param>
/// <param name="Quoted">Where what the user or the system said looks like a special token and is none.</param>
public sealed record ChatPrompt(string Text, IReadOnlyList<(int Start, int End)> Quoted);
