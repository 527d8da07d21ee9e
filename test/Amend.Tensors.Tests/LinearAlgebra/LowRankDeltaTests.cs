using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Tensors.Tests.LinearAlgebra;

[NoTensorLeaks]
public sealed class LowRankDeltaTests
{
    /// <summary>Sums of three float32 products.</summary>
    private const double Float32Tolerance = 1e-5;

    [Fact]
    public void The_dense_form_is_left_times_right_transposed()
    {
        using var scope = NewDisposeScope();
        using var delta = new LowRankDelta(tensor(new float[,] { { 1 }, { 2 } }), tensor(new float[,] { { 3 }, { 4 }, { 5 } }));

        var dense = delta.ToDense();

        Assert.Equal(1, delta.Rank);
        Assert.Equal([2, 3], dense.shape);
        Assert.Equal([3, 4, 5, 6, 8, 10], dense.data<float>().ToArray());
    }

    [Fact]
    public void Adding_changes_the_weight_in_place_by_the_dense_form()
    {
        using var scope = NewDisposeScope();
        using var delta = Random(5, 4, 3);
        var weight = randn(5, 4);
        var expected = weight + delta.ToDense();
        var same = weight.alias();

        delta.AddTo(weight);

        Assert.True(allclose(expected, same, Float32Tolerance, Float32Tolerance));
    }

    [Fact]
    public void Factors_lie_row_by_row_however_they_were_given()
    {
        using var scope = NewDisposeScope();
        using var delta = new LowRankDelta(randn(3, 64).t(), randn(3, 48).t());
        using var copy = delta.Clone();
        var (weight, other) = (zeros(64, 48), zeros(64, 48));

        delta.AddTo(weight);
        copy.AddTo(other);

        Assert.Equal([[3L, 1L], [3L, 1L]], new[] { delta.Left.stride(), delta.Right.stride() });
        Assert.True((weight == other).all().item<bool>());
    }

    [Theory]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    public void A_half_precision_weight_is_rounded_once(ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        using var delta = Random(6, 7, 2);
        var weight = randn(6, 7).to(dtype);
        var expected = weight.to(ScalarType.Float32).addmm_(delta.Left, delta.Right.t(), 1, 1).to(dtype);

        delta.AddTo(weight);

        Assert.Equal(dtype, weight.dtype);
        Assert.True((expected == weight).all().item<bool>());
    }

    [Fact]
    public void A_double_weight_and_a_parameter_that_wants_gradients_can_be_changed()
    {
        using var scope = NewDisposeScope();
        using var delta = Random(3, 2, 1);
        var wide = zeros(3, 2, ScalarType.Float64);
        var parameter = zeros(3, 2).requires_grad_();

        delta.AddTo(wide);
        delta.AddTo(parameter);

        Assert.True(allclose(wide.to(ScalarType.Float32), delta.ToDense(), Float32Tolerance, Float32Tolerance));
        Assert.True(allclose(parameter, delta.ToDense(), Float32Tolerance, Float32Tolerance));
        Assert.True(parameter.requires_grad && parameter.is_leaf);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void The_norm_from_the_factors_is_that_of_the_dense_form(long rank)
    {
        using var scope = NewDisposeScope();
        using var delta = Random(20, 30, rank);

        var expected = delta.ToDense().to(ScalarType.Float64).square().sum().sqrt().item<double>();

        Assert.Equal(expected, delta.FrobeniusNorm(), expected * Float32Tolerance);
    }

    [Fact]
    public void Factors_that_cancel_have_norm_zero()
    {
        using var scope = NewDisposeScope();
        var left = randn(4, 1);
        using var delta = new LowRankDelta(cat([left, -left], 1), ones(5, 2));

        Assert.Equal(0, delta.FrobeniusNorm(), Float32Tolerance);
    }

    [Fact]
    public void The_factors_are_copies_in_float32_that_outlive_their_scope()
    {
        LowRankDelta delta;
        using (NewDisposeScope())
        {
            var left = ones(2, 1, ScalarType.Float64).requires_grad_();
            delta = new LowRankDelta(left, ones(3, 1));
            using (no_grad())
                left.mul_(5);
        }

        Assert.Equal(ScalarType.Float32, delta.Left.dtype);
        Assert.False(delta.Left.requires_grad);
        Assert.Equal(Math.Sqrt(6), delta.FrobeniusNorm(), Float32Tolerance);
        delta.Dispose();
        Assert.Throws<ObjectDisposedException>(() => delta.ToDense());
    }

    [Fact]
    public void Factors_and_weights_of_another_form_are_the_callers_mistake()
    {
        using var scope = NewDisposeScope();
        using var delta = Random(3, 2, 1);

        Assert.Throws<ArgumentException>(() => new LowRankDelta(ones(2, 1), ones(3, 2)));
        Assert.Throws<ArgumentException>(() => new LowRankDelta(ones(2), ones(3)));
        Assert.Throws<ArgumentException>(() => new LowRankDelta(ones(2, 0), ones(3, 0)));
        Assert.Throws<ArgumentException>(() => new LowRankDelta(ones(2, 1, ScalarType.Int64), ones(3, 1)));
        Assert.Throws<ArgumentException>(() => delta.AddTo(ones(2, 3)));
        Assert.Throws<ArgumentException>(() => delta.AddTo(ones(3, 2, ScalarType.Int32)));
    }

    private static LowRankDelta Random(long outputs, long inputs, long rank) =>
        new(randn([outputs, rank], generator: new Generator(1)), randn([inputs, rank], generator: new Generator(2)));
}
