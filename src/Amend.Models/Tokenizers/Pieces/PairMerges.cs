namespace Amend.Models.Tokenizers.Pieces;

/// <summary>
/// Byte-pair encoding over ids (Sennrich et al. 2016): joins neighbours, the best-ranked pair first and of equal ones the
/// leftmost, in time n log n.
/// </summary>
/// <param name="expected">About how many merges there will be.</param>
internal sealed class PairMerges(int expected = 0)
{
    /// <summary>An id that joins with nothing.</summary>
    public const int None = -1;

    private readonly Dictionary<long, (int Rank, int Id)> _merges = new(expected);

    /// <summary>All merges, the best-ranked first.</summary>
    public IEnumerable<(int Left, int Right, int Merged)> InOrder =>
        from merge in _merges
        orderby merge.Value.Rank
        select ((int)(merge.Key >> 32), (int)merge.Key, merge.Value.Id);

    /// <summary>Adds a merge; of two for one pair the first stays.</summary>
    /// <param name="left">The left id.</param>
    /// <param name="right">The right id.</param>
    /// <param name="rank">Its rank; low ranks are joined first.</param>
    /// <param name="merged">The id of both together.</param>
    public void Add(int left, int right, int rank, int merged) => _merges.TryAdd(Key(left, right), (rank, merged));

    /// <summary>Joins symbols.</summary>
    /// <param name="ids">The id of each symbol; overwritten.</param>
    /// <returns>For each piece its id, its first symbol and the one after its last.</returns>
    public List<(int Id, int First, int Behind)> Apply(int[] ids)
    {
        var (previous, next) = (new int[ids.Length], new int[ids.Length]); // The neighbours of the piece that starts at a symbol.
        for (var at = 0; at < ids.Length; at++)
            (previous[at], next[at]) = (at - 1, at + 1);
        var queue = new PriorityQueue<(int At, int Left, int Right, int Merged), (int Rank, int At)>();
        for (var at = 0; at < ids.Length; at++)
            Offer(queue, ids, next, at);
        while (queue.TryDequeue(out var pair, out _))
        {
            var right = next[pair.At];
            if (ids[pair.At] != pair.Left || right >= ids.Length || ids[right] != pair.Right)
                continue; // One of the two was joined elsewhere since.
            (ids[pair.At], ids[right], next[pair.At]) = (pair.Merged, None, next[right]);
            if (next[right] < ids.Length)
                previous[next[right]] = pair.At;
            Offer(queue, ids, next, pair.At);
            Offer(queue, ids, next, previous[pair.At]);
        }

        var pieces = new List<(int, int, int)>();
        for (var at = 0; at < ids.Length; at = next[at])
            pieces.Add((ids[at], at, next[at]));
        return pieces;
    }

    private void Offer(PriorityQueue<(int At, int Left, int Right, int Merged), (int Rank, int At)> queue, int[] ids, int[] next, int at)
    {
        if (at < 0 || next[at] >= ids.Length)
            return;
        var (left, right) = (ids[at], ids[next[at]]);
        if (_merges.TryGetValue(Key(left, right), out var merge))
            queue.Enqueue((at, left, right, merge.Id), (merge.Rank, at));
    }

    private static long Key(int left, int right) => ((long)left << 32) | (uint)right;
}
