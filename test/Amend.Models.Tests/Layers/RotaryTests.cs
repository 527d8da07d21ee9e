using Amend.Models.Layers;
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

        var (query, key) = new Rotary(QuarterTurn, layout).Turn(head, head, ones(1, 1, dtype: ScalarType.Int64));

        TensorAssert.Close("query", tensor(expected), query.flatten(), Tolerance);
        TensorAssert.Equal("key", query, key);
    }

    [Fact]
    public void An_amplitude_stretches_what_is_turned_and_nothing_else()
    {
        using var scope = NewDisposeScope();
        var head = tensor(new float[] { 1, 2, 3, 4, 5 }).view(1, 1, 1, 5);

        var (query, _) = new Rotary(QuarterTurn, RotaryLayout.Halves) { Amplitude = 2 }.Turn(head, head, ones(1, 1, dtype: ScalarType.Int64));

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
            (rotary.Turn(query, query, full(1, 1, queryAt, dtype: ScalarType.Int64)).Query
            * rotary.Turn(key, key, full(1, 1, keyAt, dtype: ScalarType.Int64)).Key).sum(3);

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
}
