using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Tensors.Tests.LinearAlgebra;

[NoTensorLeaks]
public sealed class SpectrumTests
{
    [Fact]
    public void Equal_eigenvalues_have_the_full_effective_rank_and_the_condition_number_one()
    {
        using var scope = NewDisposeScope();

        var spectrum = Spectrum.Of(3 * eye(5, dtype: ScalarType.Float32));

        Assert.Equal((5, 5, 3.0, 3.0), (spectrum.Size, spectrum.Rank, spectrum.Smallest, spectrum.Largest));
        Assert.Equal(5, spectrum.EffectiveRank, 1e-9);
        Assert.Equal(1, spectrum.ConditionNumber!.Value, 1e-9);
    }

    [Fact]
    public void The_effective_rank_is_the_exponential_of_the_entropy_of_the_shares()
    {
        using var scope = NewDisposeScope();
        var (vectors, _) = linalg.qr(randn([3, 3], ScalarType.Float64));

        var spectrum = Spectrum.Of(vectors.matmul(diag(tensor(new[] { 8.0, 1, 1 }))).matmul(vectors.t()));

        Assert.Equal(Math.Exp(-(0.8 * Math.Log(0.8)) - (0.2 * Math.Log(0.1))), spectrum.EffectiveRank, 1e-9);
        Assert.Equal(8, spectrum.ConditionNumber!.Value, 1e-9);
    }

    [Fact]
    public void A_matrix_of_fewer_vectors_than_its_width_is_singular()
    {
        using var scope = NewDisposeScope();
        var keys = randn([4, 10], ScalarType.Float64);

        var spectrum = Spectrum.Of(keys.t().matmul(keys));

        Assert.Equal((4, null), (spectrum.Rank, spectrum.ConditionNumber));
        Assert.InRange(spectrum.EffectiveRank, 1, 4);
    }

    [Fact]
    public void A_matrix_that_is_not_square_is_the_callers_mistake() => Assert.Throws<ArgumentException>(() =>
    {
        using var scope = NewDisposeScope();
        Spectrum.Of(ones(2, 3));
    });
}
