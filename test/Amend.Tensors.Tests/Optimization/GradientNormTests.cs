using Amend.Tensors.Optimization;
using static TorchSharp.torch;

namespace Amend.Tensors.Tests.Optimization;

[NoTensorLeaks]
public sealed class GradientNormTests
{
    [Fact]
    public void The_norm_is_that_of_all_gradients_together()
    {
        using var scope = NewDisposeScope();

        Assert.Equal(13, GradientNorm.Measure(WithGradients(3, 4, 12)), 1e-6);
        Assert.Equal(0, GradientNorm.Measure([new NamedTensor("without", zeros(2).requires_grad_(true))]));
    }

    [Theory]
    [InlineData(6.5, 1.5)]
    [InlineData(26, 3)]
    public void Clipping_scales_down_to_the_most_and_never_up(double most, float first)
    {
        using var scope = NewDisposeScope();
        var tensors = WithGradients(3, 4, 12);

        var norm = GradientNorm.Clip(tensors, most);

        Assert.Equal(13, norm, 1e-6);
        Assert.Equal(first, tensors[0].Value.grad![0].item<float>(), 1e-6);
        Assert.Equal(Math.Min(13, most), GradientNorm.Measure(tensors), 1e-5);
    }

    [Fact]
    public void A_gradient_that_is_infinite_is_named_and_none_is_clipped()
    {
        using var scope = NewDisposeScope();
        var tensors = WithGradients(3, float.PositiveInfinity);

        var error = Assert.Throws<ArithmeticException>(() => GradientNorm.Clip(tensors, 1));

        Assert.Contains("'t1'", error.Message);
        Assert.Equal(3, tensors[0].Value.grad![0].item<float>());
    }

    private static NamedTensor[] WithGradients(params float[] slopes)
    {
        NamedTensor[] tensors = [.. slopes.Select((_, i) => new NamedTensor($"t{i}", zeros(1).requires_grad_(true)))];
        foreach (var (tensor, slope) in tensors.Zip(slopes))
            (tensor.Value * slope).sum().backward();
        return tensors;
    }
}
