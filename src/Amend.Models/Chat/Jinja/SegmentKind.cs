namespace Amend.Models.Chat.Jinja;

/// <summary>What a stretch of a template is.</summary>
internal enum SegmentKind
{
    /// <summary>Text that is written as it is.</summary>
    Text,

    /// <summary>An expression whose value is written.</summary>
    Output,

    /// <summary>A tag such as <c>if</c>.</summary>
    Tag,

    /// <summary>A comment.</summary>
    Comment,
}
