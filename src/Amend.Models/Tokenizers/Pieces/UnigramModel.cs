using System.Text;
using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tokenizers.Pieces;

/// <summary>
/// The unigram language model (Kudo 2018): the pieces of a word with the greatest sum of log-probabilities, by Viterbi. A character
/// without a piece costs the least score less 10; neighbours of that kind are one token, or the pieces of their bytes.
/// </summary>
internal sealed class UnigramModel : IPieceModel
{
    private const double UnknownPenalty = 10;
    private readonly PieceTrie _trie = new();
    private readonly IReadOnlyList<ScoredPiece> _pieces;
    private readonly int _unknown;
    private readonly int[]? _bytes;
    private readonly bool _inSingle;
    private readonly double _unknownScore;
    private readonly double _greatest;

    /// <summary>Creates the model.</summary>
    /// <param name="pieces">The pieces by id.</param>
    /// <param name="unknown">The id of characters without a piece.</param>
    /// <param name="byteFallback">Whether they become the pieces of their bytes.</param>
    /// <param name="inSingle">Whether sums of scores are kept in single precision, as SentencePiece does; ties depend on it.</param>
    public UnigramModel(IReadOnlyList<ScoredPiece> pieces, int unknown, bool byteFallback, bool inSingle)
    {
        (_pieces, _unknown, _inSingle) = (pieces, unknown, inSingle);
        var normal = pieces.Where(piece => piece.Kind == PieceKind.Normal).Select(piece => piece.Score).DefaultIfEmpty(0).ToList();
        (_unknownScore, _greatest) = (normal.Min() - UnknownPenalty, normal.Max());
        foreach (var (id, piece) in pieces.Index())
        {
            if (piece.Kind is PieceKind.Normal or PieceKind.UserDefined)
                _trie.Add(piece.Text, id);
        }

        if (byteFallback)
        {
            var vocabulary = new Dictionary<string, int>();
            foreach (var (id, piece) in pieces.Index())
                vocabulary.TryAdd(piece.Text, id);
            _bytes = ByteFallback.Pieces(vocabulary);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Piece> Cut(string word)
    {
        var (ids, starts, scores) = (new int[word.Length + 1], new int[word.Length + 1], new double[word.Length + 1]);
        Array.Fill(starts, -1);
        for (var at = 0; at < word.Length;)
        {
            var score = scores[at];
            CodePoints.At(word, at, out var length);
            var hasSingle = false;
            foreach (var (id, end) in _trie.From(word, at))
            {
                Offer(at, end, id, score, ScoreOf(id, word, at, end));
                hasSingle |= end == at + length;
            }

            if (!hasSingle)
                Offer(at, at + length, _unknown, score, _unknownScore);
            at += length;
        }

        return Trace(word, ids, starts);

        void Offer(int start, int end, int id, double before, double own)
        {
            // SentencePiece keeps sums in single precision but compares those of pieces in double.
            var sum = _inSingle && id == _unknown ? (float)before + (float)own : before + own;
            if (starts[end] < 0 || sum > scores[end])
                (ids[end], starts[end], scores[end]) = (id, start, _inSingle ? (float)sum : sum);
        }
    }

    private double ScoreOf(int id, string word, int start, int end) => _pieces[id].Kind == PieceKind.UserDefined
        ? (Encoding.UTF8.GetByteCount(word.AsSpan(start, end - start)) * _greatest) - 0.1
        : _pieces[id].Score;

    private List<Piece> Trace(string word, int[] ids, int[] starts)
    {
        var pieces = new List<Piece>();
        for (var end = word.Length; end > 0; end = starts[end])
            pieces.Add(new Piece(ids[end], starts[end], end));
        pieces.Reverse();
        return _bytes is null ? Fuse(pieces) : Bytes(word, pieces, _bytes);
    }

    private List<Piece> Fuse(List<Piece> pieces)
    {
        var fused = new List<Piece>(pieces.Count);
        foreach (var piece in pieces)
        {
            if (piece.Id == _unknown && fused.Count > 0 && fused[^1].Id == _unknown)
                fused[^1] = fused[^1] with { End = piece.End };
            else
                fused.Add(piece);
        }

        return fused;
    }

    private List<Piece> Bytes(string word, List<Piece> pieces, int[] bytes)
    {
        var written = new List<Piece>(pieces.Count);
        foreach (var piece in pieces)
        {
            if (piece.Id != _unknown)
                written.Add(piece);
            else
                written.AddRange(Encoding.UTF8.GetBytes(word[piece.Start..piece.End]).Select(value => piece with { Id = bytes[value] }));
        }

        return written;
    }
}
