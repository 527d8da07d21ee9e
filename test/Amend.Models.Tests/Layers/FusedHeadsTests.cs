using Amend.Models.Layers;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Layers;

[NoTensorLeaks]
public sealed class FusedHeadsTests
{
    [Fact]
    public void By_group_the_queries_of_a_key_head_come_before_it_and_its_value() =>
        AssertSplit(heads: 4, groups: 2, FusedOrder.ByGroup, [0, 1, 4, 5], [2, 6], [3, 7]);

    [Fact]
    public void By_group_with_as_many_key_heads_each_head_has_its_three_in_turn() =>
        AssertSplit(heads: 2, groups: 2, FusedOrder.ByGroup, [0, 3], [1, 4], [2, 5]);

    [Fact]
    public void By_kind_all_queries_come_first() => AssertSplit(heads: 4, groups: 1, FusedOrder.ByKind, [0, 1, 2, 3], [4], [5]);

    private static void AssertSplit(int heads, int groups, FusedOrder order, float[] queries, float[] keys, float[] values)
    {
        using var scope = NewDisposeScope();
        using var weights = new WeightTable();
        weights.Add(new ModelWeight("qkv.weight", ones(1, 1), StoredTransposed: false));
        var all = heads + (2 * groups);

        var (query, key, value) = new FusedHeads(Linear.From(weights, "qkv"), heads, groups, order).Split(arange(all, dtype: ScalarType.Float32).view(1, 1, all));

        Assert.Equal(queries, query.flatten().data<float>().ToArray());
        Assert.Equal(keys, key.flatten().data<float>().ToArray());
        Assert.Equal(values, value.flatten().data<float>().ToArray());
        Assert.Equal([1, heads, 1, 1], query.shape);
    }
}
