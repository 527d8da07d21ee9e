using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Tensors.Tests.LinearAlgebra;

[NoTensorLeaks]
public sealed class SingularValuesTests
{
    [Fact]
    public void A_diagonal_matrix_has_its_diagonal()
    {
        using var scope = NewDisposeScope();

        var values = SingularValues.Of(diag(tensor(new[] { 1f, -3, 2 })));

        Assert.Equal(Math.Sqrt(14), values.Norm, 1e-12);
        Assert.Equal(9.0 / 14, values.FirstShare, 1e-12);
        Assert.Equal(3, values.RankAbove(0));
        Assert.Equal(2, values.RankAbove(1.5));
        Assert.Equal(1, values.RankAbove(100));
    }

    [Theory]
    [InlineData(7, 5, 2)]
    [InlineData(5, 7, 4)]
    [InlineData(3, 4, 9)]
    public void A_product_has_those_of_the_matrix_that_it_forms(long outputs, long inputs, long columns)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        using var factors = new LowRankDelta(randn([outputs, columns], generator: generator), randn([inputs, columns], generator: generator));

        var values = SingularValues.Of(factors);

        var whole = SingularValues.Of(factors.Left.to(float64).matmul(factors.Right.to(float64).t()));
        Assert.Equal(whole.Norm, values.Norm, 1e-10);
        Assert.Equal(whole.FirstShare, values.FirstShare, 1e-12);
        Assert.Equal(Math.Min(columns, Math.Min(outputs, inputs)), values.RankAbove(0));
        Assert.Equal(factors.FrobeniusNorm(), values.Norm, 1e-10);
    }

    [Fact]
    public void Columns_that_say_the_same_are_one_rank()
    {
        using var scope = NewDisposeScope();
        var (left, right) = (randn(6, 1), randn(4, 1));
        using var factors = new LowRankDelta(cat([left, 2 * left], 1), cat([right, right], 1));

        Assert.Equal(1, SingularValues.Of(factors).RankAbove(0));
        Assert.Equal(1, SingularValues.Of(factors).FirstShare, 1e-12);
    }

    [Fact]
    public void Zeros_have_no_rank_and_no_direction()
    {
        using var scope = NewDisposeScope();

        var values = SingularValues.Of(zeros(3, 2));

        Assert.Equal((0.0, 0.0, 0), (values.Norm, values.FirstShare, values.RankAbove(0)));
    }

    [Fact]
    public void What_is_no_floating_matrix_is_refused()
    {
        using var scope = NewDisposeScope();

        Assert.Throws<ArgumentException>(() => SingularValues.Of(ones(3)));
        Assert.Throws<ArgumentException>(() => SingularValues.Of(ones([3, 3], ScalarType.Int64)));
    }

    [Theory]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    public void Rounding_alone_makes_no_singular_value_above_its_noise_and_not_far_below(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var matrix = randn([120, 80], generator: generator);
        var rounded = SingularValues.Of(matrix.to(type).to(float32) - matrix);

        var noise = RoundingNoise.Largest(matrix, type);

        Assert.Equal(1, rounded.RankAbove(noise));
        Assert.True(rounded.RankAbove(noise / 8) > 1, "The noise is far above what rounding makes.");
    }
}
