namespace Amend.Models.Chat.Jinja;

/// <summary>A token of an expression.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text; of a quoted one what is between the quotes.</param>
internal sealed record JinjaToken(TokenKind Kind, string Text);
