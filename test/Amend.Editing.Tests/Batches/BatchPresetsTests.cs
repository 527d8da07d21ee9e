using Amend.Editing.Editors.AlphaEdit;
using Amend.Editing.Editors.Emmet;
using Amend.Editing.Editors.Memit;
using Amend.Models.Shapes;

namespace Amend.Editing.Tests.Batches;

public sealed class BatchPresetsTests
{
    [Fact]
    public void Models_of_the_papers_have_the_settings_of_the_authors()
    {
        var xl = new MemitEditor().Preset("gpt2", Shape(48, 1600));
        var j = new MemitEditor().Preset("gptj", Shape(28, 4096));

        var emmet = new EmmetEditor().Preset("gpt2", Shape(48, 1600));
        var alpha = new AlphaEditEditor().Preset("gpt2", Shape(48, 1600));

        Assert.Equal([13, 14, 15, 16, 17], xl.Layers);
        Assert.Equal((20000, 20, 0.75), (xl.Mom2UpdateWeight, xl.VNumGradSteps, xl.ClampNormFactor));
        Assert.Equal([3, 4, 5, 6, 7, 8], j.Layers);
        Assert.Equal((15000, 25), (j.Mom2UpdateWeight, j.VNumGradSteps));
        Assert.Equal([17], emmet.Layers);
        Assert.Equal((1000, 0.1), (emmet.Mom2UpdateWeight, emmet.EmmetLambda));
        Assert.Equal([13, 14, 15, 16, 17], alpha.Layers);
        Assert.Equal((0.02, 10), (alpha.NullspaceThreshold, alpha.L2));
    }

    [Fact]
    public void Llama_2_and_3_are_told_apart_by_the_width_of_the_mlp()
    {
        Assert.Equal(0.5, new MemitEditor().Preset("llama", new ModelShape(32, 4096, 11008, 32, 32000, 4096)).VLr);
        Assert.Equal(0.1, new MemitEditor().Preset("llama", new ModelShape(32, 4096, 14336, 32, 128256, 8192)).VLr);
    }

    [Fact]
    public void The_embedded_model_has_presets_and_an_unknown_one_has_no_layers()
    {
        Assert.NotEmpty(new MemitEditor().Preset("gpt2", Shape(6, 256)).Layers);
        Assert.NotEmpty(new EmmetEditor().Preset("gpt2", Shape(6, 256)).Layers);
        Assert.NotEmpty(new AlphaEditEditor().Preset("gpt2", Shape(6, 256)).Layers);
        Assert.Empty(new MemitEditor().Preset("gpt2", Shape(3, 16)).Layers);
    }

    private static ModelShape Shape(int layers, int width) => new(layers, width, 4 * width, 16, 50257, 1024);
}
