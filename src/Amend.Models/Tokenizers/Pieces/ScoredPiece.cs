namespace Amend.Models.Tokenizers.Pieces;

/// <summary>A piece of a scored vocabulary.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Score">Its log-probability, or its rank as a merge, greater is better.</param>
/// <param name="Kind">What it is for.</param>
internal sealed record ScoredPiece(string Text, double Score, PieceKind Kind = PieceKind.Normal);
