namespace Amend.Models.Tokenizers;

/// <summary>The merges of a byte-level BPE over ids: joins the bytes of a word, the best-ranked pair first.</summary>
internal sealed class ByteLevelMerges
{
    private const int Unknown = -1;
    private readonly int[] _idOfByte = new int[256];
    private readonly Dictionary<(int Left, int Right), (int Rank, int Id)> _merges = [];

    /// <summary>Resolves merges to ids.</summary>
    /// <param name="vocabulary">The id of each piece.</param>
    /// <param name="merges">Pairs of pieces, the first with the best rank.</param>
    /// <exception cref="FormatException">A merge names a piece that the vocabulary lacks.</exception>
    public ByteLevelMerges(IReadOnlyDictionary<string, int> vocabulary, IReadOnlyList<(string Left, string Right)> merges)
    {
        for (var value = 0; value < _idOfByte.Length; value++)
            _idOfByte[value] = vocabulary.GetValueOrDefault(ByteLevelAlphabet.Of((byte)value).ToString(), Unknown);
        int IdOf(string piece, (string Left, string Right) merge) => vocabulary.TryGetValue(piece, out var id)
            ? id
            : throw new FormatException($"merges.txt joins '{merge.Left}' and '{merge.Right}', but vocab.json has no '{piece}'");
        for (var rank = 0; rank < merges.Count; rank++)
        {
            var merge = merges[rank];
            var pair = (IdOf(merge.Left, merge), IdOf(merge.Right, merge));
            _merges.TryAdd(pair, (rank, IdOf(merge.Left + merge.Right, merge)));
        }
    }

    /// <summary>Joins the bytes of a word into pieces.</summary>
    /// <param name="word">The word in UTF-8.</param>
    /// <param name="unknown">The id of a byte that the vocabulary lacks.</param>
    /// <returns>The pieces in order, with the index of their first byte and the one after their last.</returns>
    public IEnumerable<(int Id, int Start, int End)> Apply(ReadOnlySpan<byte> word, int unknown)
    {
        var ids = new int[word.Length];
        var (previous, next) = (new int[word.Length], new int[word.Length]); // The neighbours of the piece that starts at a byte.
        for (var at = 0; at < word.Length; at++)
            (ids[at], previous[at], next[at]) = (_idOfByte[word[at]], at - 1, at + 1);
        var queue = new PriorityQueue<(int At, int Left, int Right, int Merged), (int Rank, int At)>();
        for (var at = 0; at < word.Length; at++)
            Offer(queue, ids, next, at);
        while (queue.TryDequeue(out var pair, out _))
        {
            var right = next[pair.At];
            if (ids[pair.At] != pair.Left || right >= ids.Length || ids[right] != pair.Right)
                continue; // One of the two was joined elsewhere since.
            (ids[pair.At], ids[right], next[pair.At]) = (pair.Merged, Unknown, next[right]);
            if (next[right] < ids.Length)
                previous[next[right]] = pair.At;
            Offer(queue, ids, next, pair.At);
            Offer(queue, ids, next, previous[pair.At]);
        }

        return Pieces(ids, next, unknown);
    }

    private static IEnumerable<(int Id, int Start, int End)> Pieces(int[] ids, int[] next, int unknown)
    {
        for (var at = 0; at < ids.Length; at = next[at])
            yield return (ids[at] == Unknown ? unknown : ids[at], at, next[at]);
    }

    private void Offer(PriorityQueue<(int At, int Left, int Right, int Merged), (int Rank, int At)> queue, int[] ids, int[] next, int at)
    {
        if (at < 0 || next[at] >= ids.Length)
            return;
        var (left, right) = (ids[at], ids[next[at]]);
        if (_merges.TryGetValue((left, right), out var merge))
            queue.Enqueue((at, left, right, merge.Id), (merge.Rank, at));
    }
}
