namespace Amend.Models.Generation;

/// <summary>Chooses the next token from logits: greedy, or sampled from the top-k and top-p tokens with a seed.</summary>
public sealed class Sampler
{
    private readonly GenerationOptions _options;
    private readonly Random _random;

    /// <summary>Creates a sampler with its own random state, from the options' seed.</summary>
    public Sampler(GenerationOptions options)
    {
        _options = options;
        _random = new Random(options.Seed);
    }

    /// <summary>The next token.</summary>
    /// <param name="logits">One logit a token of the vocabulary.</param>
    public int Next(ReadOnlySpan<float> logits)
    {
        if (_options.IsGreedy)
            return ArgMax(logits);
        var values = logits.ToArray();
        var order = Enumerable.Range(0, values.Length).OrderByDescending(i => values[i]).ThenBy(i => i).Take(_options.TopK ?? values.Length).ToArray();
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

    private int KeptByTopP(double[] weights)
    {
        if (_options.TopP is not { } topP)
            return weights.Length;
        var (kept, sum, limit) = (0, 0.0, topP * weights.Sum());
        while (kept < weights.Length && sum < limit)
            sum += weights[kept++];
        return Math.Max(1, kept);
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
