using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tokenizers.Pieces;

/// <summary>
/// WordPiece (Wu et al. 2016) as BERT uses it: the longest piece that fits, again and again; a word that ends in none is unknown.
/// </summary>
internal sealed class WordPieceModel : IPieceModel
{
    private readonly PieceTrie _whole = new();
    private readonly PieceTrie _continued = new();
    private readonly int _unknown;
    private readonly int _longestWord;

    /// <summary>Creates the model.</summary>
    /// <param name="vocabulary">The id of each piece.</param>
    /// <param name="unknown">The id of words that cannot be cut.</param>
    /// <param name="prefix">What marks pieces that continue a word, usually <c>##</c>.</param>
    /// <param name="longestWord">The most code points of a word; longer ones are unknown.</param>
    public WordPieceModel(IReadOnlyDictionary<string, int> vocabulary, int unknown, string prefix = "##", int longestWord = 100)
    {
        (_unknown, _longestWord) = (unknown, longestWord);
        foreach (var (piece, id) in vocabulary)
        {
            _whole.Add(piece, id);
            if (piece.StartsWith(prefix, StringComparison.Ordinal))
                _continued.Add(piece.AsSpan(prefix.Length), id);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Piece> Cut(string word)
    {
        IReadOnlyList<Piece> unknown = [new Piece(_unknown, 0, word.Length)];
        if (CodePoints.Count(word) > _longestWord)
            return unknown;
        var pieces = new List<Piece>();
        for (var at = 0; at < word.Length; at = pieces[^1].End)
        {
            if (!(at == 0 ? _whole : _continued).TryLongest(word, at, out var id, out var end))
                return unknown;
            pieces.Add(new Piece(id, at, end));
        }

        return pieces;
    }
}
