namespace Amend.Models.Tokenizers.Pieces;

/// <summary>What SentencePiece writes for a space: U+2581.</summary>
internal static class SentencePieceMark
{
    /// <summary>The character.</summary>
    public const char Character = '\u2581';

    /// <summary>The character as a text.</summary>
    public const string Text = "\u2581";
}
