namespace Amend.Models.Tokenizers.Pieces;

/// <summary>Cuts a word into pieces of a vocabulary.</summary>
internal interface IPieceModel
{
    /// <summary>The pieces of a word in order.</summary>
    IReadOnlyList<Piece> Cut(string word);
}
