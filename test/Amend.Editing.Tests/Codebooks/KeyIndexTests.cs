using Amend.Editing.Codebooks;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.Codebooks;

[NoTensorLeaks]
public sealed class KeyIndexTests
{
    [Theory]
    [InlineData(KeyDistance.Euclidean, 200, 0.9)]
    [InlineData(KeyDistance.Euclidean, 200, 14.0)]
    [InlineData(KeyDistance.Euclidean, 24, 2.0)]
    [InlineData(KeyDistance.Cosine, 200, 0.02)]
    [InlineData(KeyDistance.Cosine, 200, 0.7)]
    public void What_is_within_a_radius_is_found_with_its_nearest_key_and_nothing_near_is_left_out(KeyDistance distance, int width, double radius)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        using var index = new KeyIndex(width, distance);
        for (var key = 0; key < 700; key++)
            index.Add(randn(width, generator: generator));
        // Inputs of all distances from a key, and some that are nobody's.
        var queries_EF = cat(
            [
                .. Enumerable.Range(0, 60).Select(one => (index[7 * one] + (0.002 * one * randn(width, generator: generator))).unsqueeze(0)),
                randn(40, width, generator: generator),
            ],
            0);

        var found = index.NearestWithin(queries_EF, radius).ToDictionary(one => one.Query, one => (one.Key, one.Distance));

        Assert.All(index.Nearest(queries_EF).Index(), one =>
        {
            if (one.Item.Distance <= radius)
                Assert.Equal(one.Item, found[one.Index]);
            else if (found.TryGetValue(one.Index, out var near))
                Assert.Equal(one.Item, near);
        });
        Assert.Contains(0, found.Keys);
        Assert.Equal((0, 0.0), (found[0].Key, Math.Round(found[0].Distance, 6)));
    }

    [Fact]
    public void A_sketch_leaves_out_what_is_far_from_all_keys()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        using var index = new KeyIndex(500, KeyDistance.Euclidean);
        for (var key = 0; key < 1000; key++)
            index.Add(randn(500, generator: generator));

        Assert.Empty(index.NearestWithin(randn(100, 500, generator: generator), 2));
        Assert.Equal([3], index.NearestWithin(cat([randn(3, 500, generator: generator), index[77].unsqueeze(0)], 0), 2).Select(one => one.Query));
    }

    [Fact]
    public void A_key_that_is_moved_or_cut_is_found_where_it_is_and_not_where_it_was()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        using var index = new KeyIndex(40, KeyDistance.Euclidean);
        var keys_KF = randn(5, 40, generator: generator);
        for (var key = 0; key < 5; key++)
            index.Add(keys_KF[key]);
        var elsewhere = 100 * randn(40, generator: generator);

        using var before = index.Replace(1, elsewhere);
        index.Cut(4);

        TensorAssert.Equal("the key before", keys_KF[1], before);
        Assert.Equal([0, 2, 3], index.NearestWithin(keys_KF, 0.1).Select(one => one.Key));
        Assert.Equal((0, 1), index.NearestWithin(elsewhere.unsqueeze(0), 0.1).Select(one => (one.Query, one.Key)).Single());
        index.Replace(1, before).Dispose();
        Assert.Equal([0, 1, 2, 3], index.NearestWithin(keys_KF, 0.1).Select(one => one.Key));
    }
}
