using Amend.Models.Configuration;
using Amend.Models.Layers;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Layers;

[NoTensorLeaks]
public sealed class ActivationsTests
{
    [Theory]
    [InlineData("gelu_new", 0.84119199)]
    [InlineData("gelu", 0.84134475)]
    [InlineData("relu", 1)]
    [InlineData("silu", 0.73105858)]
    public void The_name_in_the_configuration_gives_its_function(string name, double atOne)
    {
        using var scope = NewDisposeScope();

        Assert.Equal(atOne, Activations.Find(name)(ones(1)).item<float>(), 6);
    }

    [Fact]
    public void An_unknown_name_lists_the_known_ones()
    {
        var error = Assert.Throws<ModelFormatException>(() => Activations.Find("mish"));

        Assert.StartsWith("config.json names the activation 'mish'; known: gelu_new, ", error.Message, StringComparison.Ordinal);
    }
}
