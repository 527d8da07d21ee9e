using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Tensors.Tests.LinearAlgebra;

[NoTensorLeaks]
public sealed class ExactSumTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(300)]
    public void Changes_in_any_order_and_with_others_taken_off_again_give_the_same_bits(int rank)
    {
        using var scope = NewDisposeScope();
        var weight = randn(700, 300);
        var changes = Enumerable.Range(0, 12).Select(_ => Factors(weight, rank)).ToArray();
        using var straight = new ExactSum(weight);
        using var turned = new ExactSum(weight);

        foreach (var change in changes.Skip(3))
            straight.Add(change);
        foreach (var change in changes.Reverse())
            turned.Add(change);
        foreach (var change in changes.Take(3))
            turned.Subtract(change);

        Assert.Equal((9, 9), (straight.Count, turned.Count));
        TensorAssert.Equal("sum", Written(straight, weight), Written(turned, weight));
        TensorAssert.Close("sum", weight.to(float64) + Sum(changes.Skip(3)), Written(turned, weight).to(float64), 1e-6);
        Array.ForEach(changes, change => change.Dispose());
    }

    [Fact]
    public void Threads_do_not_change_a_bit()
    {
        using var scope = NewDisposeScope();
        var weight = randn(500, 400);
        using var change = Factors(weight, 200);
        var threads = get_num_threads();
        try
        {
            set_num_threads(1);
            var one = change.Rows(0, 500);
            set_num_threads(2);
            TensorAssert.Equal("rows", one, change.Rows(0, 500));
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [Fact]
    public void Rows_of_factors_are_the_product_to_forty_binary_places()
    {
        using var scope = NewDisposeScope();
        foreach (var rank in (int[])[1, 2, 31, 1000])
        {
            using var change = Factors(randn(40, 50), rank);
            var product = change.Left.to(float64).matmul(change.Right.to(float64).t());

            var off = (change.Rows(3, 20) - product.narrow(0, 3, 20)).abs().max().item<double>();

            Assert.InRange(off, 0, rank * Math.ScaleB(1, -36));
        }
    }

    [Fact]
    public void A_change_that_no_sum_can_hold_says_so_and_what_fits_is_summed()
    {
        using var scope = NewDisposeScope();
        var weight = ones(4, 4);
        using var sum = new ExactSum(weight);
        using var small = new DenseDelta(0.5f * ones(4, 4));
        using var huge = new DenseDelta(1e9f * ones(4, 4));
        sum.Add(small);
        sum.Add(small);
        Assert.True(sum.IsExact);
        TensorAssert.Equal("sum", 2 * ones(4, 4), Written(sum, weight));

        sum.Add(huge);

        Assert.False(sum.IsExact);
        Assert.Throws<InvalidOperationException>(() => sum.Subtract(huge));
    }

    [Theory]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    public void Changes_below_half_a_step_of_the_type_add_up(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var weight = ones(3, type);
        using var tiny = new DenseDelta(2e-5f * ones(3));

        ExactSum.AddTo(weight, [.. Enumerable.Repeat(tiny, 1000)]);

        TensorAssert.Equal("sum", tensor(new[] { 1.02f, 1.02f, 1.02f }).to(type), weight);
    }

    private static LowRankDelta Factors(Tensor weight, long rank) =>
        new LowRankDelta(randn(weight.shape[0], rank) * 0.1f, randn(weight.shape[1], rank) * 0.1f);

    private static Tensor Sum(IEnumerable<LowRankDelta> changes) =>
        changes.Select(change => change.Left.to(float64).matmul(change.Right.to(float64).t())).Aggregate((a, b) => a + b);

    private static Tensor Written(ExactSum sum, Tensor weight)
    {
        var into = empty_like(weight);
        sum.Write(weight, into);
        return into;
    }
}
