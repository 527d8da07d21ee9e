using Amend.Models.Layers;
using Amend.Models.Passes;
using Amend.Models.Taps;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Layers;

[NoTensorLeaks]
public sealed class RelativePositionBiasTests
{
    private static readonly long[] Distances = [-200, -128, -64, -33, -16, -11, -8, -7, -1, 0, 1, 7, 8, 11, 16, 33, 64, 128, 200];

    [Fact]
    public void Both_sides_have_half_of_the_buckets_each_in_an_encoder()
    {
        using var scope = NewDisposeScope();

        var buckets = Bias(isBidirectional: true, zeros(32, 1)).BucketOf(tensor(Distances));

        Assert.Equal([15, 15, 14, 12, 10, 8, 8, 7, 1, 0, 17, 23, 24, 24, 26, 28, 30, 31, 31], buckets.data<long>().ToArray());
    }

    [Fact]
    public void All_buckets_are_for_earlier_tokens_in_a_decoder()
    {
        using var scope = NewDisposeScope();

        var buckets = Bias(isBidirectional: false, zeros(32, 1)).BucketOf(tensor(Distances));

        Assert.Equal([31, 31, 26, 21, 16, 11, 8, 7, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], buckets.data<long>().ToArray());
    }

    [Fact]
    public void Each_head_adds_what_it_has_learned_for_the_bucket_and_hidden_keys_get_minus_infinity()
    {
        using var scope = NewDisposeScope();
        var table = arange(64, dtype: ScalarType.Float32).view(32, 2);
        var attention = AttentionScope.Causal(ones(1, 3, dtype: ScalarType.Bool), 3);

        var bias = Bias(isBidirectional: false, table).Bias(attention, attention.Visible(0));

        Assert.Equal([1, 2, 3, 3], bias.shape);
        Assert.Equal([0, float.NegativeInfinity, float.NegativeInfinity, 2, 0, float.NegativeInfinity, 4, 2, 0], bias[0, 0].contiguous().data<float>().ToArray());
        Assert.Equal(5, bias[0, 1, 2, 0].item<float>());
    }

    private static RelativePositionBias Bias(bool isBidirectional, Tensor table) => new(new Embedding(new Parameter(new ModelWeight("buckets.weight", table, StoredTransposed: false), new TapSet())), MaxDistance: 128, isBidirectional);
}
