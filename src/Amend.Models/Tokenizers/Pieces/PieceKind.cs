namespace Amend.Models.Tokenizers.Pieces;

/// <summary>What a SentencePiece piece is for; the numbers are those of its file.</summary>
internal enum PieceKind
{
    /// <summary>A piece of text.</summary>
    Normal = 1,

    /// <summary>Stands for what has no piece.</summary>
    Unknown = 2,

    /// <summary>A sign such as the end of a text, never found in text.</summary>
    Control = 3,

    /// <summary>A piece that is always taken whole.</summary>
    UserDefined = 4,

    /// <summary>Out of use.</summary>
    Unused = 5,

    /// <summary>A byte.</summary>
    Byte = 6,
}
