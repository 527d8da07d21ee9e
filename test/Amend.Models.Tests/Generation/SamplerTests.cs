using Amend.Models.Generation;

namespace Amend.Models.Tests.Generation;

public sealed class SamplerTests
{
    private const int Draws = 20_000;

    /// <summary>Probabilities of about 0.64, 0.24, 0.09 and 0.03, at the tokens 2, 0, 3 and 1.</summary>
    private static readonly float[] Logits = [2, 0, 3, 1];

    [Fact]
    public void Greedy_takes_the_likeliest_token_and_the_first_of_equals()
    {
        Assert.Equal(2, new Sampler(new GenerationOptions()).Next(Logits));
        Assert.Equal(1, new Sampler(new GenerationOptions()).Next([0, 5, 5]));
    }

    [Fact]
    public void The_same_seed_gives_the_same_tokens_and_another_seed_others()
    {
        Assert.Equal(Tokens(new() { TopK = 4, Seed = 7 }), Tokens(new() { TopK = 4, Seed = 7 }));
        Assert.NotEqual(Tokens(new() { TopK = 4, Seed = 7 }), Tokens(new() { TopK = 4, Seed = 8 }));
    }

    [Fact]
    public void Streams_of_a_seed_are_unrelated_and_the_first_is_the_seeds_own()
    {
        var options = new GenerationOptions { TopP = 1, Seed = 7 };
        var streams = Enumerable.Range(0, 4).Select(stream => Tokens(options, stream)).ToArray();

        Assert.Equal(Tokens(options), streams[0]);
        Assert.Equal(streams[3], Tokens(options, 3));
        // Two independent draws agree with probability Σp² of about 0.48.
        for (var i = 1; i < streams.Length; i++)
            Assert.InRange(streams[i - 1].Zip(streams[i]).Count(pair => pair.First == pair.Second) / (double)Draws, 0.46, 0.5);
    }

    [Theory]
    [InlineData(1, new[] { 2 })]
    [InlineData(2, new[] { 0, 2 })]
    [InlineData(3, new[] { 0, 2, 3 })]
    [InlineData(100, new[] { 0, 1, 2, 3 })]
    public void Top_k_samples_among_the_k_likeliest(int topK, int[] expected)
    {
        Assert.Equal(expected, Tokens(new() { TopK = topK }).Distinct().Order());
    }

    [Theory]
    [InlineData(0.5, new[] { 2 })]
    [InlineData(0.64, new[] { 2 })]
    [InlineData(0.65, new[] { 0, 2 })]
    [InlineData(0.9, new[] { 0, 2, 3 })]
    [InlineData(1.0, new[] { 0, 1, 2, 3 })]
    public void Top_p_samples_among_the_likeliest_that_reach_p(double topP, int[] expected)
    {
        Assert.Equal(expected, Tokens(new() { TopP = topP }).Distinct().Order());
    }

    [Fact]
    public void Top_p_counts_within_what_top_k_leaves()
    {
        Assert.Equal([2], Tokens(new() { TopK = 2, TopP = 0.7 }).Distinct());
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(2.0)]
    [InlineData(0.5)]
    public void Tokens_come_as_often_as_the_softmax_at_the_temperature_says(double temperature)
    {
        var weights = Logits.Select(logit => Math.Exp(logit / temperature)).ToArray();

        var tokens = Tokens(new() { TopP = 1, Temperature = temperature });

        for (var token = 0; token < Logits.Length; token++)
        {
            var probability = weights[token] / weights.Sum();
            var spread = Math.Sqrt(probability * (1 - probability) / Draws);
            Assert.InRange(tokens.Count(t => t == token) / (double)Draws, probability - (4 * spread), probability + (4 * spread));
        }
    }

    /// <summary>A vocabulary of which a share is found without sorting all of it draws as one that is sorted.</summary>
    [Theory]
    [InlineData(40, null)]
    [InlineData(null, 0.3)]
    [InlineData(null, 0.9)]
    [InlineData(null, 1.0)]
    [InlineData(40, 0.5)]
    public void A_large_vocabulary_keeps_the_likeliest_and_the_first_of_equals(int? topK, double? topP)
    {
        var random = new Random(3);
        float[] logits = [.. Enumerable.Range(0, 20_000).Select(_ => MathF.Round((float)random.NextDouble() * 12, 1))];
        int[] ranked = [.. Enumerable.Range(0, logits.Length).OrderByDescending(token => logits[token]).ThenBy(token => token)];
        double[] weights = [.. ranked.Select(token => Math.Exp(logits[token] - logits[ranked[0]]))];
        var kept = topK ?? logits.Length;
        if (topP is { } share)
        {
            var (sum, limit) = (0.0, share * weights.Take(kept).Sum());
            kept = 1 + weights.Take(kept).TakeWhile(weight => (sum += weight) < limit).Count();
        }

        var draw = new Random(5);
        var sampler = new Sampler(new GenerationOptions { TopK = topK, TopP = topP, Seed = 5 });
        for (var i = 0; i < 50; i++)
        {
            var left = draw.NextDouble() * weights.Take(kept).Sum();
            Assert.Equal(ranked[weights.TakeWhile(weight => (left -= weight) >= 0).Count()], sampler.Next(logits));
        }
    }

    private static int[] Tokens(GenerationOptions options, int stream = 0)
    {
        var sampler = new Sampler(options, stream);
        return [.. Enumerable.Range(0, Draws).Select(_ => sampler.Next(Logits))];
    }
}
