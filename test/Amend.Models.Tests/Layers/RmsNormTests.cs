using Amend.Models.Layers;
using Amend.Models.Taps;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Layers;

[NoTensorLeaks]
public sealed class RmsNormTests
{
    [Theory]
    [InlineData(false, 2.0)]
    [InlineData(true, 3.0)]
    public void It_divides_by_the_root_of_the_mean_square_and_scales(bool aroundOne, double scale)
    {
        using var scope = NewDisposeScope();
        var value = tensor(new float[] { 3, -4 });

        var normed = new RmsNorm(Scale(full(2, 2f)), 0.5, aroundOne).Apply(value);

        TensorAssert.Close("normed", value * (scale / Math.Sqrt(13)), normed, 1e-6);
    }

    [Fact]
    public void Half_precision_is_normed_in_full()
    {
        using var scope = NewDisposeScope();
        var value = full(4, 300f).to(ScalarType.Float16); // Its square is past the largest float16.

        var normed = new RmsNorm(Scale(ones(4, dtype: ScalarType.Float16)), 1e-6).Apply(value);

        TensorAssert.Equal("normed", ones(4, dtype: ScalarType.Float16), normed);
    }

    private static Parameter Scale(Tensor value) => new(new ModelWeight("norm.weight", value, StoredTransposed: false), new TapSet());
}
