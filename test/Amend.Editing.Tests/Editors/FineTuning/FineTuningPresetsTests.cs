using Amend.Editing.Editors;
using Amend.Editing.Editors.FineTuning;
using Amend.Editing.Tuning;
using Amend.Editing.Workbench;
using Amend.Models.Shapes;

namespace Amend.Editing.Tests.Editors.FineTuning;

public sealed class FineTuningPresetsTests
{
    [Theory]
    [InlineData("ft", 48, 1600, 1, null)]
    [InlineData("ft-l", 48, 1600, 0, 5e-4)]
    [InlineData("ft-l", 36, 1280, 0, 1e-3)]
    [InlineData("ft-l", 24, 1024, 0, 2e-3)]
    public void Models_of_the_paper_have_the_layers_and_bounds_of_the_authors(string editor, int layers, int width, int layer, double? bound)
    {
        var options = Editor(editor).Preset("gpt2", Shape(layers, width));

        Assert.Equal(layer, Assert.Single(options.Layers));
        Assert.Equal(bound, options.NormConstraint);
        Assert.Equal((5e-4, 25, 0.0, 1e-2), (options.Lr, options.NumSteps, options.WeightDecay, options.LossThreshold));
        Assert.Same(options, options.Validated(editor, layers));
    }

    [Fact]
    public void The_embedded_model_has_presets_of_both_editors()
    {
        var (free, bounded) = (Editor("ft").Preset("gpt2", Shape(6, 256)), Editor("ft-l").Preset("gpt2", Shape(6, 256)));

        Assert.Equal([0], free.Layers);
        Assert.Null(free.NormConstraint);
        Assert.Equal([0], bounded.Layers);
        Assert.Equal(5e-3, bounded.NormConstraint);
    }

    [Theory]
    [InlineData(6, 384)]
    [InlineData(12, 768)]
    public void Every_BERT_is_tuned_as_by_the_authors_of_KnowledgeEditor(int layers, int width)
    {
        var (free, bounded) = (Editor("ft").Preset("bert", Shape(layers, width)), Editor("zhu").Preset("bert", Shape(layers, width)));

        Assert.All([free, bounded], options =>
        {
            Assert.Equal((TuningOptimizer.Rmsprop, 1e-5, TuningStop.Prediction), (options.Optimizer, options.Lr, options.Stop));
            Assert.Equal(["all-linear"], options.TargetModules);
            Assert.Equal(Enumerable.Range(0, layers), options.Validated("ft", layers).Layers);
        });
        Assert.Null(free.NormConstraint);
        Assert.Equal(5e-5, bounded.NormConstraint);
    }

    [Theory]
    [InlineData("ft", "gpt2", 36, 1280)]
    [InlineData("ft-l", "llama", 24, 1024)]
    [InlineData("ft-l", "gpt2", 24, 1000)]
    public void A_model_without_a_preset_has_the_defaults_and_no_layer(string editor, string modelType, int layers, int width) =>
        Assert.Empty(Editor(editor).Preset(modelType, Shape(layers, width)).Layers);

    private static FineTuningEditor Editor(string name) => (FineTuningEditor)BuiltInEditors.Find(name);

    private static ModelShape Shape(int layers, int width) => new(layers, width, 4 * width, 16, 50257, 1024);
}
