namespace Amend.Models.Chat.Jinja;

/// <summary>A stretch of a template.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text, without the braces.</param>
internal sealed record Segment(SegmentKind Kind, string Text);
