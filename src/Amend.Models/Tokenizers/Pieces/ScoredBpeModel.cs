using System.Text;
using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tokenizers.Pieces;

/// <summary>
/// SentencePiece's byte-pair encoding: joins the neighbours whose joint piece has the greatest score, of equal ones the leftmost.
/// Characters without a piece are the pieces of their bytes; without those, neighbours of that kind are one unknown token.
/// </summary>
internal sealed class ScoredBpeModel : IPieceModel
{
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly PairMerges _merges = new();
    private readonly PieceTrie _userDefined = new();
    private readonly int _count;
    private readonly int _unknown;
    private readonly int[]? _bytes;

    /// <summary>Creates the model.</summary>
    /// <param name="pieces">The pieces by id.</param>
    /// <param name="unknown">The id of characters without a piece.</param>
    /// <param name="byteFallback">Whether they become the pieces of their bytes.</param>
    public ScoredBpeModel(IReadOnlyList<ScoredPiece> pieces, int unknown, bool byteFallback)
    {
        (Pieces, _count, _unknown) = (pieces, pieces.Count, unknown);
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (id, piece) in pieces.Index())
        {
            vocabulary.TryAdd(piece.Text, id);
            if (piece.Kind is PieceKind.Normal or PieceKind.UserDefined)
                _ids.TryAdd(piece.Text, id);
            if (piece.Kind == PieceKind.UserDefined)
                _userDefined.Add(piece.Text, id);
        }

        _bytes = byteFallback ? ByteFallback.Pieces(vocabulary) : null;
        AddMerges(pieces);
    }

    /// <summary>The pieces by id.</summary>
    public IReadOnlyList<ScoredPiece> Pieces { get; }

    /// <inheritdoc/>
    public IReadOnlyList<Piece> Cut(string word)
    {
        var symbols = Symbols(word);
        var ids = new int[symbols.Count];
        for (var at = 0; at < ids.Length; at++)
            ids[at] = _userDefined.TryLongest(word, symbols[at].Start, out _, out _) ? PairMerges.None : symbols[at].Id;
        var found = new List<Piece>();
        foreach (var (joined, first, behind) in _merges.Apply(ids))
        {
            var id = joined == PairMerges.None ? symbols[first].Id : joined;
            Add(word, new Piece(id, symbols[first].Start, symbols[behind - 1].End), found);
        }

        return found;
    }

    /// <summary>Every way to cut a piece in two; single characters that are no piece themselves get ids behind the pieces'.</summary>
    private void AddMerges(IReadOnlyList<ScoredPiece> pieces)
    {
        foreach (var rune in pieces.Where(piece => piece.Kind == PieceKind.Normal)
            .SelectMany(piece => piece.Text.EnumerateRunes()).Distinct())
            _ids.TryAdd(rune.ToString(), _ids.Count + _count);
        var ids = _ids.GetAlternateLookup<ReadOnlySpan<char>>();
        var ranks = pieces.Select(piece => piece.Score).Distinct().OrderDescending().Index()
            .ToDictionary(score => score.Item, score => score.Index);
        foreach (var (id, piece) in pieces.Index().Where(entry => entry.Item.Kind == PieceKind.Normal))
        {
            var text = piece.Text.AsSpan();
            for (var at = 1; at < text.Length; at++)
            {
                if (ids.TryGetValue(text[..at], out var left) && ids.TryGetValue(text[at..], out var right))
                    _merges.Add(left, right, ranks[piece.Score], id);
            }
        }
    }

    private List<Piece> Symbols(string word)
    {
        var symbols = new List<Piece>(word.Length);
        for (var at = 0; at < word.Length; at = symbols[^1].End)
        {
            if (!_userDefined.TryLongest(word, at, out var id, out var end))
            {
                CodePoints.At(word, at, out var length);
                end = at + length;
                id = _ids.GetValueOrDefault(word[at..end], PairMerges.None);
            }

            symbols.Add(new Piece(id, at, end));
        }

        return symbols;
    }

    private void Add(string word, Piece piece, List<Piece> pieces)
    {
        if (piece.Id >= 0 && piece.Id < _count)
            pieces.Add(piece);
        else if (_bytes is not null)
            pieces.AddRange(Encoding.UTF8.GetBytes(word[piece.Start..piece.End]).Select(value => piece with { Id = _bytes[value] }));
        else if (pieces.Count > 0 && pieces[^1].Id == _unknown)
            pieces[^1] = pieces[^1] with { End = piece.End };
        else
            pieces.Add(piece with { Id = _unknown });
    }
}
