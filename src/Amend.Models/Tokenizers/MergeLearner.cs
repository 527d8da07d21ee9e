namespace Amend.Models.Tokenizers;

/// <summary>
/// Learns which neighbours in words to merge (Sennrich et al. 2016, algorithm 1): the most frequent pair, again and again. Ties go to
/// the first pair in ordinal order, so that the same words give the same merges.
/// </summary>
/// <param name="join">What two symbols become.</param>
internal sealed class MergeLearner(Func<string, string, string> join)
{
    /// <summary>Learns merges.</summary>
    /// <param name="words">The words as their symbols, and how often each counts.</param>
    /// <param name="count">Most merges.</param>
    public IReadOnlyList<(string Left, string Right)> Learn(IEnumerable<(IEnumerable<string> Symbols, long Count)> words, int count)
    {
        var segmented = words.Select(word => (Symbols: word.Symbols.ToList(), word.Count)).ToList();
        var merges = new List<(string, string)>();
        while (merges.Count < count && MostFrequent(segmented) is { } pair)
        {
            merges.Add(pair);
            foreach (var (symbols, _) in segmented)
                Merge(symbols, pair);
        }

        return merges;
    }

    private static (string Left, string Right)? MostFrequent(List<(List<string> Symbols, long Count)> segmented)
    {
        var counts = new Dictionary<(string, string), long>();
        foreach (var (symbols, count) in segmented)
        {
            for (var i = 0; i + 1 < symbols.Count; i++)
            {
                var pair = (symbols[i], symbols[i + 1]);
                counts[pair] = counts.GetValueOrDefault(pair) + count;
            }
        }

        return counts.Count == 0
            ? null
            : counts.OrderByDescending(c => c.Value)
                .ThenBy(c => c.Key.Item1, StringComparer.Ordinal).ThenBy(c => c.Key.Item2, StringComparer.Ordinal).First().Key;
    }

    private void Merge(List<string> symbols, (string Left, string Right) pair)
    {
        for (var i = 0; i + 1 < symbols.Count; i++)
        {
            if (symbols[i] != pair.Left || symbols[i + 1] != pair.Right)
                continue;
            symbols[i] = join(pair.Left, pair.Right);
            symbols.RemoveAt(i + 1);
        }
    }
}
