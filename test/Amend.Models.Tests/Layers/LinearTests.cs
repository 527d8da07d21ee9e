using Amend.Models.Layers;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Layers;

[NoTensorLeaks]
public sealed class LinearTests
{
    /// <summary>float32 sums of the same products in another order.</summary>
    private const double Tolerance = 2e-5;

    private const int Inputs = 24;

    [Theory]
    [InlineData(7, 9000, true)]
    [InlineData(8, 9000, true)]
    [InlineData(8, 9000, false)]
    [InlineData(48, 9000, true)]
    [InlineData(49, 9000, true)]
    [InlineData(12, 40, true)]
    public void Values_and_gradients_are_those_of_x_Wt_and_b_whatever_the_sizes(int tokens, int outputs, bool bias)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        using var weights = new WeightTable();
        weights.Add(new ModelWeight("map.weight", randn([outputs, Inputs], generator: generator), StoredTransposed: false));
        if (bias)
            weights.Add(new ModelWeight("map.bias", randn([outputs], generator: generator), StoredTransposed: false));
        var value = randn([1, tokens, Inputs], generator: generator);
        var weighting = randn([1, tokens, outputs], generator: generator);
        var (own, plain) = (value.clone().requires_grad_(), value.clone().requires_grad_());

        var mapped = Linear.From(weights, "map").Apply(own);

        var expected = plain.matmul(weights["map.weight"].Value.t()) + (bias ? weights["map.bias"].Value : 0);
        TensorAssert.Close("values", expected, mapped, Tolerance);
        Assert.True(mapped.is_contiguous());
        (mapped * weighting).sum().backward();
        (expected * weighting).sum().backward();
        TensorAssert.Close("gradients", plain.grad! / 100, own.grad! / 100, Tolerance);
    }
}
