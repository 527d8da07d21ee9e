using Amend.Models.Layers;
using Amend.Models.Passes;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Layers;

[NoTensorLeaks]
public sealed class RotaryTests
{
    private const double Tolerance = 1e-6;

    private static readonly float[] QuarterTurn = [(float)(Math.PI / 2), 0];

    [Theory]
    [InlineData(RotaryLayout.Halves, new[] { -3f, 2, 1, 4, 5 })]
    [InlineData(RotaryLayout.Neighbours, new[] { -2f, 1, 3, 4, 5 })]
    public void A_quarter_turn_swaps_a_pair_and_leaves_the_rest_of_the_head(RotaryLayout layout, float[] expected)
    {
        using var scope = NewDisposeScope();
        var head = tensor(new float[] { 1, 2, 3, 4, 5 }).view(1, 1, 1, 5);

        var (query, key) = new Rotary(QuarterTurn, layout).Turn(head, head, At(1));

        TensorAssert.Close("query", tensor(expected), query.flatten(), Tolerance);
        TensorAssert.Equal("key", query, key);
    }

    [Fact]
    public void An_amplitude_stretches_what_is_turned_and_nothing_else()
    {
        using var scope = NewDisposeScope();
        var head = tensor(new float[] { 1, 2, 3, 4, 5 }).view(1, 1, 1, 5);

        var (query, _) = new Rotary(QuarterTurn, RotaryLayout.Halves) { Amplitude = 2 }.Turn(head, head, At(1));

        TensorAssert.Close("query", tensor(new float[] { -6, 4, 2, 8, 5 }), query.flatten(), Tolerance);
    }

    [Theory]
    [InlineData(RotaryLayout.Halves)]
    [InlineData(RotaryLayout.Neighbours)]
    public void Scores_depend_on_the_distance_alone(RotaryLayout layout)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(4, CPU);
        var rotary = new Rotary([.. Rotary.PlainFrequencies(8, 10000).Select(f => (float)f)], layout);
        var (query, key) = (randn([1, 2, 1, 8], generator: generator), randn([1, 2, 1, 8], generator: generator));

        Tensor Score(long queryAt, long keyAt) =>
            (rotary.Turn(query, query, At(queryAt)).Query
            * rotary.Turn(key, key, At(keyAt)).Key).sum(3);

        TensorAssert.Close("scores", Score(7, 3), Score(104, 100), 1e-4);
    }

    [Fact]
    public void Linear_scaling_stretches_positions() =>
        Assert.Equal([0.5, 0.005], RotaryScaling.Linear(Rotary.PlainFrequencies(4, 10000), 2));

    [Fact]
    public void Llama3_scaling_keeps_short_waves_divides_long_ones_and_blends_between()
    {
        double PerContext(double waves) => 2 * Math.PI * waves / 8192;
        double[] frequencies = [PerContext(5), PerContext(2.5), PerContext(0.5)];

        double[] scaled = [.. RotaryScaling.Llama3(frequencies, 8, 1, 4, 8192)];

        Assert.Equal(PerContext(5), scaled[0], 12);
        Assert.Equal(PerContext(2.5) * 0.5 * (1 + (1 / 8.0)), scaled[1], 12);
        Assert.Equal(PerContext(0.5) / 8, scaled[2], 12);
    }

    [Theory]
    [InlineData(true, new[] { 1, 0.375, 0.125, 0.03125 })] // Bounds at the pairs 0 and 3: what is divided goes 0, 1/3, 2/3, 1.
    [InlineData(false, new[] { 1, 0.40625, 0.109375, 0.03125 })] // Bounds at 0.5 and 2.5: 0, 1/4, 3/4, 1.
    public void Yarn_keeps_high_frequencies_divides_low_ones_and_blends_evenly_between(bool truncates, double[] expected)
    {
        // With the base 16, pair i of 4 has the frequency 2^-i, and turns 2^-i L / 2π times over the first context L.
        const double TurnsOfFirstPair = 1024 / (2 * Math.PI);
        var yarn = new YarnOptions(4, 1024) { BetaFast = TurnsOfFirstPair / Math.Pow(2, 0.5), BetaSlow = TurnsOfFirstPair / Math.Pow(2, 2.5), Truncates = truncates };

        Assert.All(expected.Zip(RotaryScaling.Yarn(8, 16, yarn)), pair => Assert.Equal(pair.First, pair.Second, 12));
    }

    [Fact]
    public void Yarn_by_default_keeps_what_turns_32_times_over_the_first_context_and_divides_what_turns_less_than_once()
    {
        // The sizes of Qwen2.5 7B at four times its context.
        const int Context = 32768;
        var plain = Rotary.PlainFrequencies(128, 1_000_000);
        double[] scaled = [.. RotaryScaling.Yarn(128, 1_000_000, new YarnOptions(4, Context))];

        for (var pair = 0; pair < plain.Count; pair++)
        {
            var turns = Context * plain[pair] / (2 * Math.PI);
            // A bound lies at the whole pair below 32 turns or above 1 turn.
            if (pair + 1 < plain.Count && Context * plain[pair + 1] / (2 * Math.PI) > 32)
                Assert.Equal(plain[pair], scaled[pair], 15);
            else if (pair > 0 && Context * plain[pair - 1] / (2 * Math.PI) < 1)
                Assert.Equal(plain[pair] / 4, scaled[pair], 15);
            else if (turns is > 1 and < 32)
                Assert.InRange(scaled[pair], plain[pair] / 4, plain[pair]);
        }

        Assert.Contains(scaled.Index(), pair => pair.Item < plain[pair.Index] * 0.99 && pair.Item > plain[pair.Index] * 0.26);
    }

    [Fact]
    public void Yarns_amplitude_grows_with_the_logarithm_of_the_factor()
    {
        Assert.Equal(1.1386294361119891, RotaryScaling.YarnAmplitude(4), 12); // 0.1 ln 4 + 1.
        Assert.Equal(1.0693147180559945, RotaryScaling.YarnAmplitude(4, 0.5), 12);
        Assert.Equal(1, RotaryScaling.YarnAmplitude(0.5));
    }

    [Fact]
    public void Dynamic_scaling_grows_the_base_with_the_length()
    {
        // (2 * 16 / 8 - 1)^(4 / 2) = 9 times the base, and 90000^(-1/2) = 1/300; at the first context it is the plain one.
        Assert.All(new[] { 1, 1 / 300.0 }.Zip(RotaryScaling.Dynamic(4, 10000, 2, 8, 16)), pair => Assert.Equal(pair.First, pair.Second, 12));
        Assert.Equal(Rotary.PlainFrequencies(4, 10000), RotaryScaling.Dynamic(4, 10000, 2, 8, 8));
    }

    [Fact]
    public void Each_sequence_of_a_batch_has_the_frequencies_of_its_own_length()
    {
        using var scope = NewDisposeScope();
        var head = tensor(new float[] { 1, 2, 3, 4 }).view(1, 1, 1, 4).expand(2, 1, 3, 4);
        var rotary = new Rotary([0, 0], RotaryLayout.Halves) { Stretch = new RotaryStretch(2, length => [0, (float)(Math.PI / (length - 1))]) };
        var mask = tensor(new[,] { { true, true, true }, { false, true, true } });

        var (query, key) = rotary.Turn(head, head, AttentionScope.Causal(mask, 3));

        // Of three tokens the last one is turned by π; of two, which the first frequencies hold for, none is.
        TensorAssert.Close("long", tensor(new float[] { 1, -2, 3, -4 }), query[0, 0, 2], Tolerance);
        TensorAssert.Close("short", tensor(new float[] { 1, 2, 3, 4 }), query[1, 0, 2], Tolerance);
        TensorAssert.Equal("key", query, key);
    }

    [Fact]
    public void A_part_of_a_sequence_that_outgrew_its_frequencies_is_refused()
    {
        using var scope = NewDisposeScope();
        using var cache = new KeyValueCache();
        var head = ones(1, 1, 1, 4);
        var rotary = new Rotary([0, 0], RotaryLayout.Halves) { Stretch = new RotaryStretch(2, _ => [1, 1]) };

        AttentionScope Last(int tokens) => AttentionScope.Causal(ones(1, tokens, dtype: ScalarType.Bool), 1, cache);

        TensorAssert.Equal("within", head, rotary.Turn(head, head, Last(2)).Query);
        var error = Assert.Throws<AmendException>(() => rotary.Turn(head, head, Last(3)));
        Assert.Equal("A part of 3 tokens was to be computed apart, but this model's rotary positions depend on the length beyond 2 tokens; shorten the prompt.", error.Message);
    }

    /// <summary>A pass over one token at a position.</summary>
    private static AttentionScope At(long position) =>
        AttentionScope.Given(full(1, 1, position, dtype: ScalarType.Int64), ones(1, 1, 1, 1, dtype: ScalarType.Bool), null);
}
