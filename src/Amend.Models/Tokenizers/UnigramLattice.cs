using Amend.Models.Tokenizers.Pieces;

namespace Amend.Models.Tokenizers;

/// <summary>All ways to cut words into the pieces of a unigram language model (Kudo 2018, section 3.1).</summary>
internal sealed class UnigramLattice
{
    private readonly PieceTrie _trie = new();
    private readonly IReadOnlyList<ScoredPiece> _pieces;

    /// <summary>Takes the pieces, among which all letters must be.</summary>
    public UnigramLattice(IReadOnlyList<ScoredPiece> pieces)
    {
        _pieces = pieces;
        foreach (var (id, piece) in pieces.Index())
            _trie.Add(piece.Text, id);
    }

    /// <summary>How often each piece is expected, over all ways to cut each word, by the forward and backward sums.</summary>
    public double[] Expected(IEnumerable<(string Text, long Count)> words)
    {
        var expected = new double[_pieces.Count];
        foreach (var (word, count) in words)
            Expect(word, count, expected);
        return expected;
    }

    /// <summary>How often each piece is used in the likeliest cuts.</summary>
    public long[] Used(IEnumerable<(string Text, long Count)> words)
    {
        var used = new long[_pieces.Count];
        foreach (var (word, count) in words)
        {
            foreach (var id in Likeliest(word, without: -1))
                used[id] += count;
        }

        return used;
    }

    /// <summary>The likeliest cut of a piece into others.</summary>
    public IReadOnlyList<int> WithoutItself(int piece) => Likeliest(_pieces[piece].Text, piece);

    private void Expect(string word, long count, double[] expected)
    {
        var (before, behind) = (Lowest(word.Length + 1), Lowest(word.Length + 1));
        (before[0], behind[word.Length]) = (0, 0);
        List<(int Start, int End, int Id)> arcs = [.. Arcs(word)];
        foreach (var (start, end, id) in arcs)
            before[end] = LogSum(before[end], before[start] + _pieces[id].Score);
        for (var i = arcs.Count - 1; i >= 0; i--)
            behind[arcs[i].Start] = LogSum(behind[arcs[i].Start], behind[arcs[i].End] + _pieces[arcs[i].Id].Score);
        foreach (var (start, end, id) in arcs)
            expected[id] += count * Math.Exp(before[start] + _pieces[id].Score + behind[end] - before[word.Length]);
    }

    private List<int> Likeliest(string word, int without)
    {
        var (scores, arrived) = (Lowest(word.Length + 1), new (int Start, int Id)[word.Length + 1]);
        scores[0] = 0;
        foreach (var (start, end, id) in Arcs(word))
        {
            if (id == without || !(scores[start] + _pieces[id].Score > scores[end]))
                continue;
            (scores[end], arrived[end]) = (scores[start] + _pieces[id].Score, (start, id));
        }

        var ids = new List<int>();
        for (var at = word.Length; at > 0; at = arrived[at].Start)
            ids.Add(arrived[at].Id);
        return ids;
    }

    /// <summary>The pieces at their places in a word, by where they begin; places within a letter are not reached.</summary>
    private IEnumerable<(int Start, int End, int Id)> Arcs(string word)
    {
        for (var start = 0; start < word.Length; start += char.IsSurrogatePair(word, start) ? 2 : 1)
        {
            foreach (var (id, end) in _trie.From(word, start))
                yield return (start, end, id);
        }
    }

    private static double[] Lowest(int length)
    {
        var values = new double[length];
        Array.Fill(values, double.NegativeInfinity);
        return values;
    }

    private static double LogSum(double a, double b)
    {
        var (high, low) = a > b ? (a, b) : (b, a);
        return double.IsNegativeInfinity(low) ? high : high + Math.Log(1 + Math.Exp(low - high));
    }
}
