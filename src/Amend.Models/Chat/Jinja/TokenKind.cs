namespace Amend.Models.Chat.Jinja;

/// <summary>What a token of an expression is.</summary>
internal enum TokenKind
{
    /// <summary>A name or a word such as <c>and</c>.</summary>
    Name,

    /// <summary>A quoted text.</summary>
    Text,

    /// <summary>An integer.</summary>
    Integer,

    /// <summary>A number with a point.</summary>
    Float,

    /// <summary>A sign such as <c>==</c>.</summary>
    Sign,

    /// <summary>The end.</summary>
    End,
}
