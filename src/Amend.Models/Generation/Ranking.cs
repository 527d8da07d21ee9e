namespace Amend.Models.Generation;

/// <summary>The likeliest tokens of a vocabulary, the likeliest first and of equal ones the first first.</summary>
internal static class Ranking
{
    /// <summary>Of how many tokens a part is found by looking at each once, and not by sorting all.</summary>
    private const int FewOf = 16;

    /// <summary>Some tokens.</summary>
    /// <param name="logits">One logit a token.</param>
    /// <param name="most">Most tokens.</param>
    public static int[] Likeliest(ReadOnlySpan<float> logits, int most) =>
        most < logits.Length / FewOf ? Few(logits, most) : All(logits)[..Math.Min(most, logits.Length)];

    /// <summary>The tokens that are above the least of those kept so far, in the end those above all others.</summary>
    private static int[] Few(ReadOnlySpan<float> logits, int most)
    {
        // The least is in front: the lowest logit and of equal ones the last token.
        var kept = new PriorityQueue<int, (float Logit, int Before)>(most);
        for (var token = 0; token < most; token++)
            kept.Enqueue(token, (logits[token], -token));
        var least = logits[kept.Peek()];
        for (var token = most; token < logits.Length; token++)
        {
            if (!(logits[token] > least))
                continue;
            kept.DequeueEnqueue(token, (logits[token], -token));
            least = logits[kept.Peek()];
        }

        var ranked = new int[most];
        while (kept.Count > 0)
            ranked[kept.Count - 1] = kept.Dequeue();
        return ranked;
    }

    /// <summary>
    /// All tokens, sorted as integers that order as the floats do, with the token below, so that a vocabulary is sorted without comparing
    /// through delegates.
    /// </summary>
    private static int[] All(ReadOnlySpan<float> logits)
    {
        const uint Sign = 0x8000_0000;
        var keys = new ulong[logits.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            var bits = float.IsNaN(logits[i]) ? uint.MaxValue : BitConverter.SingleToUInt32Bits(logits[i] + 0f);
            var ascending = (bits & Sign) != 0 ? ~bits : bits | Sign;
            keys[i] = ((ulong)~ascending << 32) | (uint)i;
        }

        Array.Sort(keys);
        return Array.ConvertAll(keys, key => (int)(uint)key);
    }
}
