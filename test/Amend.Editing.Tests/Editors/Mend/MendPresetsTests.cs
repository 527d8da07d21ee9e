using Amend.Editing.Editors.Mend;
using Amend.Editing.Workbench;
using Amend.Models.Shapes;

namespace Amend.Editing.Tests.Editors.Mend;

public sealed class MendPresetsTests
{
    private static readonly PresetFile Presets = new("Mend.mend.presets.json");

    [Theory]
    [InlineData("gpt2", 48, 1600, new[] { 45, 46, 47 })]
    [InlineData("gptj", 28, 4096, new[] { 25, 26, 27 })]
    [InlineData("bert", 12, 768, new[] { 9, 10, 11 })]
    public void Published_models_have_the_published_layers_and_rates(string type, int layers, int width, int[] expected)
    {
        var options = For(type, layers, width);

        Assert.Equal(expected, options.Layers);
        Assert.Equal((1e-6, 1e-4, 1e-4, 0.1, 1.0, 1920), (options.Lr, options.EditLr, options.LrLr, options.CEdit, options.CLoc, options.Rank));
    }

    [Fact]
    public void An_encoder_decoder_changes_its_encoder_too()
    {
        var options = For("t5", 24, 2048);

        Assert.Equal([22, 23], options.EncoderLayers);
        Assert.Equal([22, 23], options.Layers);
    }

    [Fact]
    public void The_embedded_decoder_has_rates_for_a_training_of_an_hour_and_a_network_small_enough_to_ship()
    {
        var options = For("gpt2", 6, 256);

        Assert.Equal([0, 1, 2, 3, 4, 5], options.Layers);
        Assert.True(options.Lr > 1e-6 && options.EditLr < 0 && options.Rank <= 64);
    }

    private static MendNetworkOptions For(string type, int layers, int width) =>
        Presets.For(new MendNetworkOptions(), type, new ModelShape(layers, width, 4 * width, 4, 100, 128));
}
