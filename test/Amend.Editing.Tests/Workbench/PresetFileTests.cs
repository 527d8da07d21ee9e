using Amend.Editing.Editors.AlphaEdit;
using Amend.Editing.Editors.Emmet;
using Amend.Editing.Editors.FineTuning;
using Amend.Editing.Editors.KnowledgeNeurons;
using Amend.Editing.Editors.Lora;
using Amend.Editing.Editors.Memit;
using Amend.Editing.Editors.Rome;
using Amend.Editing.Editors.UltraEdit;
using Amend.Editing.Workbench;
using Amend.Models.Shapes;

namespace Amend.Editing.Tests.Workbench;

public sealed class PresetFileTests
{
    private static readonly PresetFile Lora = new("Lora.lora.presets.json");
    private static readonly PresetFile Neurons = new("KnowledgeNeurons.kn.presets.json");
    private static readonly PresetFile Ultra = new("UltraEdit.ultraedit.presets.json");

    [Fact]
    public void The_embedded_model_has_a_preset_of_each_editor_that_its_layers_allow()
    {
        var shape = Shape(6, 256, 1024);

        Assert.Equal([0], Lora.For(new LoraOptions(), "gpt2", shape).Validated("x", layers: 6).Layers);
        Assert.Equal(0.5, Neurons.For(new KnowledgeNeuronsOptions(), "gpt2", shape).Validated("x", layers: 6).AdaptiveThreshold);
        Assert.Equal(NormalizeOver.All, Ultra.For(new UltraEditOptions(), "gpt2", shape).Validated("x", layers: 6).NormalizeOver);
        Assert.Single(FineTuningEditor.BreadthFirst().Preset("gpt2", shape).Validated("x", layers: 6).Layers);
    }

    [Fact]
    public void Models_of_the_same_depth_and_width_are_told_apart_by_the_width_of_their_MLPs()
    {
        Assert.Equal(["q_proj", "v_proj"], Lora.For(new LoraOptions(), "llama", Shape(32, 4096, 11008)).TargetModules);
        Assert.Empty(Lora.For(new LoraOptions(), "llama", Shape(32, 4096, 14336)).TargetModules);
        Assert.Equal([22], FineTuningEditor.BreadthFirst().Preset("llama", Shape(32, 4096, 14336)).Layers);
        Assert.Empty(FineTuningEditor.BreadthFirst().Preset("llama", Shape(32, 4096, 11008)).Layers);
    }

    [Fact]
    public void Published_presets_have_the_authors_settings()
    {
        Assert.Equal([29, 30], Ultra.For(new UltraEditOptions(), "mistral", Shape(32, 4096, 14336)).Layers);
        Assert.Equal([18, 19, 20, 21, 22, 23, 24, 25, 26], Ultra.For(new UltraEditOptions(), "gptj", Shape(28, 4096, 16384)).Layers);
        var locft = FineTuningEditor.BreadthFirst().Preset("qwen2", Shape(28, 3584, 18944));
        Assert.Equal((5e-4, 25, 100, true, 1e-2), (locft.Lr, locft.NumSteps, locft.BatchSize, locft.Shuffle, locft.LossThreshold));
        var kn = Neurons.For(new KnowledgeNeuronsOptions(), "gpt2", Shape(48, 1600, 6400));
        Assert.Equal((20, 20, 0.2, 0.4), (kn.Steps, kn.BatchSize, kn.AdaptiveThreshold, kn.P));
    }

    [Fact]
    public void SmolLM2_has_a_preset_of_every_editor_that_names_layers()
    {
        var shape = new ModelShape(30, 576, 1536, 9, 49152, 8192);

        Assert.Equal(6, new RomeEditor().Preset("llama", shape).Layer);
        Assert.Equal([4, 5, 6], new MemitEditor().Preset("llama", shape).Layers);
        Assert.Equal([4, 5, 6], new AlphaEditEditor().Preset("llama", shape).Layers);
        Assert.Equal([6], new EmmetEditor().Preset("llama", shape).Layers);
        Assert.Equal([18, 19, 20, 21, 22], Ultra.For(new UltraEditOptions(), "llama", shape).Layers);
        Assert.Equal(["q_proj", "v_proj"], Lora.For(new LoraOptions(), "llama", shape).TargetModules);
        Assert.All(
            (FineTuningEditor[])[new FineTuningEditor(), FineTuningEditor.Bounded(), FineTuningEditor.BreadthFirst()],
            editor => Assert.Equal([6], editor.Preset("llama", shape).Validated("x", layers: 30).Layers));
    }

    [Fact]
    public void A_preset_says_where_it_comes_from()
    {
        var rome = new PresetFile("Rome.rome.presets.json");

        Assert.StartsWith("kmeng01/rome hparams/ROME", rome.NoteOf("gpt2", Shape(48, 1600, 6400))!.Source, StringComparison.Ordinal);
        var glm = rome.NoteOf("glm4", Shape(40, 4096, 13696))!;
        Assert.Equal("glm-4-9b", glm.Model);
        Assert.StartsWith("zjunlp/EasyEdit hparams/ROME/chatglm4-9b, of the same sizes", glm.Source, StringComparison.Ordinal);
        Assert.Equal(5, new RomeEditor().Preset("glm4", Shape(40, 4096, 13696)).Layer);
        Assert.Null(rome.NoteOf("olmo2", Shape(32, 4096, 11008)));
    }

    private static ModelShape Shape(int layers, int width, int mlpWidth) => new(layers, width, mlpWidth, 16, 50257, 1024);
}
