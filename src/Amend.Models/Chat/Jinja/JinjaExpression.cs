namespace Amend.Models.Chat.Jinja;

/// <summary>A compiled expression: its value where the names of a scope have theirs.</summary>
internal delegate object? JinjaExpression(JinjaScope scope);
