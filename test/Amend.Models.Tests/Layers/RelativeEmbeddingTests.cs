using Amend.Models.Layers;
using Amend.Models.Passes;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Layers;

[NoTensorLeaks]
public sealed class RelativeEmbeddingTests
{
    [Theory]
    [InlineData(4, 16)]
    [InlineData(256, 512)]
    [InlineData(32, 128)]
    public void Near_distances_have_steps_of_their_own_and_far_ones_share_steps_that_end_at_the_span(int span, int most)
    {
        using var scope = NewDisposeScope();
        using var weights = new WeightTable();
        var distances = Enumerable.Range(1 - most, 2 * most - 1).Select(distance => (long)distance).ToArray();

        var steps = Distances(weights, span, most).StepOf(tensor(distances)).data<long>().ToArray();

        Assert.All(distances.Zip(steps), pair =>
        {
            var (distance, step) = pair;
            if (Math.Abs(distance) <= span / 2)
                Assert.Equal(distance, step);
            Assert.Equal(Math.Sign(distance), Math.Sign(step));
        });
        Assert.Equal(steps, steps.Order());
        Assert.Equal(steps, steps.Reverse().Select(step => -step));
        Assert.Equal(span - 1, steps[^1]);
    }

    /// <summary>By hand from the formula: 4 of 8 for half of the span, ceil(ln(d / 4) / ln(15 / 4) * 3) + 4 behind it.</summary>
    [Fact]
    public void The_steps_of_distances_are_those_of_the_formula()
    {
        using var scope = NewDisposeScope();
        using var weights = new WeightTable();

        var steps = Distances(weights, 8, 16).StepOf(tensor(new long[] { 0, 4, 5, 6, 7, 9, 10, 12, 15, -5, -15 }));

        Assert.Equal([0, 4, 5, 5, 6, 6, 7, 7, 7, -5, -7], steps.data<long>().ToArray());
    }

    [Fact]
    public void Without_steps_a_distance_is_its_own_row_up_to_the_span()
    {
        using var scope = NewDisposeScope();
        using var weights = new WeightTable();
        var pass = AttentionScope.Bidirectional(ones(1, 6, dtype: ScalarType.Bool));

        var rows = Distances(weights, 3, null).RowsOf(pass);

        Assert.Equal([3, 2, 1, 0, 0, 0], rows[0, 0].data<long>().ToArray());
        Assert.Equal([5, 5, 5, 5, 4, 3], rows[0, 5].data<long>().ToArray());
    }

    private static RelativeEmbedding Distances(WeightTable weights, int span, int? most)
    {
        weights.Add(new ModelWeight("distances.weight", zeros(2 * span, 2), StoredTransposed: false));
        return new RelativeEmbedding(Parameter.From(weights, "distances.weight"), null, most);
    }
}
