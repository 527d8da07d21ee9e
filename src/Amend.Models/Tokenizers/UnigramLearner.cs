using Amend.Models.Tokenizers.Pieces;

namespace Amend.Models.Tokenizers;

/// <summary>
/// Learns the pieces of a unigram language model (Kudo 2018, section 3.2, with the pruning of SentencePiece's trainer): from all frequent
/// substrings of the words, expectation maximisation in turn with the removal of those whose loss costs least. The same words give the
/// same pieces.
/// </summary>
internal sealed class UnigramLearner
{
    private const int LongestPiece = 16;
    private const int MostSeeds = 100_000;
    private const int Expectations = 2;
    private const double LeastExpected = 0.5;
    private const double Shrinkage = 0.75;
    private const double Spare = 1.1;
    private readonly IReadOnlyList<(string Text, long Count)> _words;
    private readonly HashSet<string> _letters;

    /// <summary>Takes the words.</summary>
    /// <param name="words">The words, each once, and how often it counts; the letters of all of them are pieces.</param>
    public UnigramLearner(IReadOnlyList<(string Text, long Count)> words)
    {
        _words = words;
        _letters = words.SelectMany(word => word.Text.EnumerateRunes().Select(rune => rune.ToString())).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>How many pieces there are at least: the letters.</summary>
    public int Letters => _letters.Count;

    /// <summary>Learns the pieces, the likeliest first.</summary>
    /// <param name="count">Most pieces, at least <see cref="Letters"/>.</param>
    /// <returns>Pieces with their log-probabilities.</returns>
    public IReadOnlyList<ScoredPiece> Learn(int count)
    {
        var pieces = Seeds();
        while (true)
        {
            for (var i = 0; i < Expectations; i++)
                pieces = Maximised(pieces, new UnigramLattice(pieces).Expected(_words));
            if (pieces.Count <= count * Spare)
                break;
            pieces = Pruned(pieces, (int)Math.Max(count * Spare, pieces.Count * Shrinkage));
        }

        var letters = pieces.Where(piece => _letters.Contains(piece.Text)).ToList();
        var others = Ordered(pieces.Where(piece => !_letters.Contains(piece.Text))).Take(count - letters.Count);
        return [.. Ordered(letters.Concat(others))];
    }

    /// <summary>All letters, and the substrings that come more than once, those first that cover most.</summary>
    private List<ScoredPiece> Seeds()
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (word, count) in _words)
        {
            int[] cuts = [.. Enumerable.Range(0, word.Length + 1).Where(at => at == word.Length || !char.IsLowSurrogate(word[at]))];
            for (var from = 0; from + 1 < cuts.Length; from++)
            {
                for (var to = from + 1; to < cuts.Length && to - from <= LongestPiece; to++)
                {
                    var part = word[cuts[from]..cuts[to]];
                    counts[part] = counts.GetValueOrDefault(part) + count;
                }
            }
        }

        var letters = counts.Where(part => _letters.Contains(part.Key));
        var others = counts.Where(part => part.Value > 1 && !_letters.Contains(part.Key))
            .OrderByDescending(part => part.Value * part.Key.Length).ThenBy(part => part.Key, StringComparer.Ordinal).Take(MostSeeds);
        List<(string Text, double Covered)> seeds =
            [.. letters.Concat(others).Select(part => (part.Key, (double)part.Value * part.Key.Length))];
        var sum = Math.Log(seeds.Sum(seed => seed.Covered));
        return [.. Ordered(seeds.Select(seed => new ScoredPiece(seed.Text, Math.Log(seed.Covered) - sum)))];
    }

    /// <summary>The pieces with the log-probabilities of their expected counts; those hardly expected are left out.</summary>
    private List<ScoredPiece> Maximised(List<ScoredPiece> pieces, double[] expected)
    {
        var kept = pieces.Index().Where(piece => expected[piece.Index] >= LeastExpected || _letters.Contains(piece.Item.Text))
            .Select(piece => (piece.Item.Text, Count: Math.Max(expected[piece.Index], LeastExpected))).ToList();
        // The digamma of the counts is the mean of log-probabilities under a sparse prior (Liang et al. 2007), as SentencePiece has it.
        var sum = Digamma(kept.Sum(piece => piece.Count));
        return [.. kept.Select(piece => new ScoredPiece(piece.Text, Digamma(piece.Count) - sum))];
    }

    /// <summary>The letters, and of the others those without which the words would lose most of their likelihood.</summary>
    private List<ScoredPiece> Pruned(List<ScoredPiece> pieces, int count)
    {
        var lattice = new UnigramLattice(pieces);
        var used = lattice.Used(_words);
        double all = used.Sum();
        var losses = pieces.Index().Where(piece => !_letters.Contains(piece.Item.Text) && used[piece.Index] > 0)
            .Select(piece => (piece.Index, Loss: Loss(lattice.WithoutItself(piece.Index), used, all, piece.Index)));
        var kept = losses.OrderByDescending(piece => piece.Loss).ThenBy(piece => piece.Index)
            .Take(Math.Max(0, count - _letters.Count)).Select(piece => piece.Index).ToHashSet();
        return
        [
            .. pieces.Index().Where(piece => kept.Contains(piece.Index) || _letters.Contains(piece.Item.Text)).Select(piece => piece.Item),
        ];
    }

    /// <summary>What the mean log-likelihood loses when a piece is written with others.</summary>
    private static double Loss(IReadOnlyList<int> others, long[] used, double all, int piece)
    {
        double own = used[piece];
        var sum = Math.Log(all + (own * (others.Count - 1)));
        return own / all * (Math.Log(own) - Math.Log(all) - others.Sum(other => Math.Log(used[other] + own) - sum));
    }

    private static IOrderedEnumerable<ScoredPiece> Ordered(IEnumerable<ScoredPiece> pieces) =>
        pieces.OrderByDescending(piece => piece.Score).ThenBy(piece => piece.Text, StringComparer.Ordinal);

    /// <summary>ψ(x), by its recurrence up to 7 and the asymptotic series from there.</summary>
    private static double Digamma(double x)
    {
        var result = 0.0;
        for (; x < 7; x++)
            result -= 1 / x;
        x -= 0.5;
        var square = 1 / (x * x);
        return result + Math.Log(x) + (square / 24) - (7 * square * square / 960) + (31 * square * square * square / 8064);
    }
}
