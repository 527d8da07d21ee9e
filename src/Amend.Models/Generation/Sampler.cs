using System.Buffers;
using System.Numerics.Tensors;

namespace Amend.Models.Generation;

/// <summary>Chooses the next token from logits: greedy, or sampled from the top-k and top-p tokens with a seed.</summary>
public sealed class Sampler
{
    /// <summary>How many of the likeliest tokens are looked at first where no number of them is given.</summary>
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
        if (_options.TopK is { } most)
            return Drawn(Kept(HeadOf(logits, most), _options.TopP));
        var (share, total) = (_options.TopP!.Value, Total(logits));
        if (share < 1)
            return Drawn(Kept(HeadOver(logits, share * total), share, total));
        var draw = _random.NextDouble() * total;
        return At(HeadOver(logits, draw), draw);
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

    private int Drawn(Head head) => At(head, _random.NextDouble() * head.Weights.Sum());

    /// <summary>The token at which the weights, added up from the likeliest on, exceed a draw.</summary>
    private static int At(Head head, double draw)
    {
        for (var i = 0; i < head.Tokens.Length; i++)
        {
            draw -= head.Weights[i];
            if (draw < 0)
                return head.Tokens[i];
        }

        return head.Tokens[^1];
    }

    /// <summary>The likeliest tokens that together reach a share of the total, at least one.</summary>
    private static Head Kept(Head head, double? share, double? total = null)
    {
        var (kept, sum, limit) = (0, 0.0, share * (total ?? head.Weights.Sum()));
        while (kept < head.Tokens.Length && !(sum >= limit))
            sum += head.Weights[kept++];
        return kept == head.Tokens.Length ? head : new Head(head.Tokens[..Math.Max(1, kept)], head.Weights[..Math.Max(1, kept)]);
    }

    /// <summary>The likeliest tokens, so many that their weights together exceed a number, or all.</summary>
    private Head HeadOver(ReadOnlySpan<float> logits, double least)
    {
        var most = FirstLook;
        var head = HeadOf(logits, most);
        while (head.Tokens.Length < logits.Length && head.Weights.Sum() <= least)
            head = HeadOf(logits, most *= FirstLook);
        return head;
    }

    private Head HeadOf(ReadOnlySpan<float> logits, int most)
    {
        var tokens = Ranking.Likeliest(logits, most);
        var weights = new double[tokens.Length];
        for (var i = 0; i < weights.Length; i++)
            weights[i] = Math.Exp((logits[tokens[i]] - logits[tokens[0]]) / _options.Temperature);
        return new Head(tokens, weights);
    }

    /// <summary>The weights of all tokens together.</summary>
    private double Total(ReadOnlySpan<float> logits)
    {
        var weights = ArrayPool<double>.Shared.Rent(logits.Length);
        try
        {
            var all = weights.AsSpan(0, logits.Length);
            TensorPrimitives.ConvertChecked(logits, all);
            TensorPrimitives.Subtract(all, TensorPrimitives.Max(logits), all);
            TensorPrimitives.Divide(all, _options.Temperature, all);
            TensorPrimitives.Exp(all, all);
            return TensorPrimitives.Sum(all);
        }
        finally
        {
            ArrayPool<double>.Shared.Return(weights);
        }
    }

    /// <summary>The likeliest tokens, the likeliest first.</summary>
    /// <param name="Tokens">The tokens.</param>
    /// <param name="Weights">Their probabilities over that of the first.</param>
    private sealed record Head(int[] Tokens, double[] Weights);
}
