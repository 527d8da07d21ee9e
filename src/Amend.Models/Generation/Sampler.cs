using System.Buffers;
using System.Numerics.Tensors;

namespace Amend.Models.Generation;

/// <summary>Chooses the next token from logits: greedy, or sampled from the top-k and top-p tokens with a seed.</summary>
public sealed class Sampler
{
    /// <summary>Of how many tokens the probabilities are added up first where a share of them is asked for.</summary>
    private const int FirstLook = 64;

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
            return TensorPrimitives.IndexOfMax(logits);
        var (tokens, weights) = Kept(logits);
        var draw = _random.NextDouble() * weights.Sum();
        for (var i = 0; i < weights.Length; i++)
        {
            draw -= weights[i];
            if (draw < 0)
                return tokens[i];
        }

        return tokens[weights.Length - 1];
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

    /// <summary>The tokens that are drawn among, the likeliest first, with their weights.</summary>
    private (int[] Tokens, double[] Weights) Kept(ReadOnlySpan<float> logits)
    {
        var most = _options.TopK ?? (_options.TopP < 1 ? FirstLook : logits.Length);
        var tokens = Ranking.Likeliest(logits, most);
        var weights = Weights(logits, tokens);
        if (_options.TopP is not { } topP)
            return (tokens, weights);
        var limit = topP * (_options.TopK is null && weights.Length < logits.Length ? Total(logits, logits[tokens[0]]) : weights.Sum());
        while (_options.TopK is null && weights.Length < logits.Length && weights.Sum() < limit)
        {
            tokens = Ranking.Likeliest(logits, most *= FirstLook);
            weights = Weights(logits, tokens);
        }

        var (kept, sum) = (0, 0.0);
        while (kept < weights.Length && sum < limit)
            sum += weights[kept++];
        return (tokens, weights[..Math.Max(1, kept)]);
    }

    private double[] Weights(ReadOnlySpan<float> logits, int[] tokens)
    {
        var weights = new double[tokens.Length];
        for (var i = 0; i < weights.Length; i++)
            weights[i] = Math.Exp((logits[tokens[i]] - logits[tokens[0]]) / _options.Temperature);
        return weights;
    }

    /// <summary>The weights of all tokens together.</summary>
    private double Total(ReadOnlySpan<float> logits, float greatest)
    {
        var weights = ArrayPool<double>.Shared.Rent(logits.Length);
        try
        {
            var all = weights.AsSpan(0, logits.Length);
            TensorPrimitives.ConvertChecked(logits, all);
            TensorPrimitives.Subtract(all, greatest, all);
            TensorPrimitives.Divide(all, _options.Temperature, all);
            TensorPrimitives.Exp(all, all);
            return TensorPrimitives.Sum(all);
        }
        finally
        {
            ArrayPool<double>.Shared.Return(weights);
        }
    }
}
