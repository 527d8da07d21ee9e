namespace Amend.Models.Generation;

/// <summary>Chooses the next token from logits: greedy, or sampled from the top-k and top-p tokens with a seed.</summary>
public sealed class Sampler
{
    private readonly GenerationOptions _options;
    private readonly Random _random;

    /// <summary>Creates a sampler with its own random state.</summary>
    /// <param name="options">The sampling, and the seed of all streams.</param>
    /// <param name="stream">Which of the seed's independent streams, from 0: each text of a batch has its own.</param>
    public Sampler(GenerationOptions options, int stream = 0)
    {
        _options = options;
        _random = new Random(SeedOf(options.Seed, stream));
    }

    /// <summary>The next token.</summary>
    /// <param name="logits">One logit a token of the vocabulary.</param>
    public int Next(ReadOnlySpan<float> logits)
    {
        if (_options.IsGreedy)
            return ArgMax(logits);
        var values = logits.ToArray();
        var order = Ranked(values).AsSpan(0, Math.Min(_options.TopK ?? values.Length, values.Length)).ToArray();
        var weights = order.Select(i => Math.Exp((values[i] - values[order[0]]) / _options.Temperature)).ToArray();
        var kept = KeptByTopP(weights);
        var draw = _random.NextDouble() * weights.Take(kept).Sum();
        for (var i = 0; i < kept; i++)
        {
            draw -= weights[i];
            if (draw < 0)
                return order[i];
        }

        return order[kept - 1];
    }

    /// <summary>
    /// The seed itself for the first stream, and a mix of both for the others (SplitMix64, Steele, Lea and Flood 2014), because
    /// <see cref="Random"/> gives related numbers for seeds side by side.
    /// </summary>
    private static int SeedOf(int seed, int stream)
    {
        if (stream == 0)
            return seed;
        var mixed = ((ulong)(uint)seed << 32) | (uint)stream;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return (int)(mixed ^ (mixed >> 31));
    }

    private int KeptByTopP(double[] weights)
    {
        if (_options.TopP is not { } topP)
            return weights.Length;
        var (kept, sum, limit) = (0, 0.0, topP * weights.Sum());
        while (kept < weights.Length && sum < limit)
            sum += weights[kept++];
        return Math.Max(1, kept);
    }

    /// <summary>
    /// The places of logits, the greatest first and of equal ones the first first: sorted as integers that order as the floats do, with
    /// the place below, so that a vocabulary is sorted without comparing through delegates.
    /// </summary>
    private static int[] Ranked(float[] logits)
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

    private static int ArgMax(ReadOnlySpan<float> logits)
    {
        var best = 0;
        for (var i = 1; i < logits.Length; i++)
        {
            if (logits[i] > logits[best])
                best = i;
        }

        return best;
    }
}
