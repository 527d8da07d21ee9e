namespace Amend.Models.Tokenizers.Pieces;

/// <summary>A piece of a scored vocabulary.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Score">Its log-probability, or its rank as a merge, greater is better.</param>
/// <param name="Kind">What it is for.</param>
internal sealed record ScoredPiece(string Text, double Score, PieceKind Kind = PieceKind.Normal);

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
