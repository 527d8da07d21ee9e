using Amend.Editing.Editors.Rome;
using Amend.Editing.Workbench;
using Amend.Models.Shapes;

namespace Amend.Editing.Tests.Editors.Rome;

public sealed class RomePresetsTests
{
    [Theory]
    [InlineData(24, 1024, 8, 3)]
    [InlineData(36, 1280, 12, 4)]
    [InlineData(48, 1600, 17, 4)]
    public void Models_of_the_paper_have_the_layers_and_clamps_of_the_authors(int layers, int width, int layer, double clamp)
    {
        var options = new RomeEditor().Preset("gpt2", Shape(layers, width));

        Assert.Equal((layer, clamp), (options.Layer, options.ClampNormFactor));
        Assert.Equal((20, 0.5, 0.5, 0.0625), (options.VNumGradSteps, options.VLr, options.VWeightDecay, options.KlFactor));
        Assert.Equal([[5, 10], [10, 10]], options.ContextTemplateLengthParams);
        Assert.Same(options, options.Validated("rome", layers));
    }

    [Fact]
    public void The_embedded_model_has_a_preset()
    {
        var options = new RomeEditor().Preset("gpt2", Shape(6, 256));

        Assert.InRange(options.Layer, 0, 5);
        Assert.Same(options, options.Validated("rome", 6));
    }

    [Theory]
    [InlineData("llama", 24, 1024)]
    [InlineData("gpt2", 24, 1000)]
    [InlineData("gpt2", 3, 16)]
    public void A_model_without_a_preset_has_the_defaults_and_no_layer(string modelType, int layers, int width) =>
        Assert.Equal(-1, new RomeEditor().Preset(modelType, Shape(layers, width)).Layer);

    private static ModelShape Shape(int layers, int width) => new(layers, width, 4 * width, 16, 50257, 1024);
}
