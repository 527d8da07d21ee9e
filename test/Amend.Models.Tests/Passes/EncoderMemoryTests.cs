using Amend.Models.Passes;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Passes;

[NoTensorLeaks]
public sealed class EncoderMemoryTests
{
    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    public void Keys_and_values_of_a_layer_are_computed_once_where_they_are_kept(bool keep, int expected)
    {
        using var scope = NewDisposeScope();
        using var memory = new EncoderMemory(ones(1, 2, 4), ones(1, 2, dtype: ScalarType.Bool), keep);
        var computed = 0;
        (Tensor Keys, Tensor Values) Project(Tensor states)
        {
            computed++;
            return (states * 2, states * 3);
        }

        for (var pass = 0; pass < 2; pass++)
        {
            using var inner = NewDisposeScope();
            var (keys, values) = memory.Projected(layer: 3, Project);
            Assert.Equal(8 * 2, keys.sum().item<float>());
            Assert.Equal(8 * 3, values.sum().item<float>());
        }

        Assert.Equal(expected, computed);
    }
}
