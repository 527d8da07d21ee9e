namespace Amend.Models.Tokenizers.Pieces;

/// <summary>Cuts a word into pieces of a vocabulary.</summary>
internal interface IPieceModel
{
    /// <summary>The pieces of a word in order.</summary>
    IReadOnlyList<Piece> Cut(string word);
}

/// <summary>A token of a word.</summary>
/// <param name="Id">The id.</param>
/// <param name="Start">The first UTF-16 unit of the word that it covers.</param>
/// <param name="End">The one after the last.</param>
internal readonly record struct Piece(int Id, int Start, int End);
