using Amend.Editing.Editors.KnowledgeNeurons;
using Amend.Editing.Templates;
using Amend.Editing.Workbench;
using Amend.Models;
using Amend.Models.Shapes;
using Amend.Tensors;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.Editors.KnowledgeNeurons;

[NoTensorLeaks]
public sealed class KnowledgeNeuronsEditorTests
{
    private static readonly EditRequest Tower = new("So they came to {}", "The Eiffel Tower", "Rome") { TargetTrue = "New South Wales", Paraphrases = ["The Eiffel Tower is in"] };

    [Fact]
    public void Batches_of_steps_make_no_difference()
    {
        using var folder = new TinyModelFolder();
        using var model = folder.Load();
        using var scope = NewDisposeScope();
        var options = new KnowledgeNeuronsOptions().Validated("kn", TinyModelFolder.Layers);
        var (prompt, truth) = (model.Tokenize(Tower.FilledPrompt).Ids, model.Tokenize(" Goa").Ids);

        var whole = NeuronAttribution.Attribute(model, prompt, truth, options);
        var parts = NeuronAttribution.Attribute(model, prompt, truth, options with { BatchSize = 7 });
        var some = NeuronAttribution.Attribute(model, prompt, truth, options with { Layers = [2, 0] });

        Assert.Equal([TinyModelFolder.Layers, model.Shape.MlpWidth], whole.shape);
        TensorAssert.CloseRelative("attribution", whole, parts, 1e-5);
        TensorAssert.CloseRelative("layers", stack([whole[2], whole[0]]), some, 1e-6);
    }

    [Fact]
    public void With_many_steps_attributions_add_up_to_what_the_layer_does_to_the_probability()
    {
        using var folder = new TinyModelFolder();
        using var model = folder.Load();
        using var scope = NewDisposeScope();
        var options = new KnowledgeNeuronsOptions { Steps = 2000, BatchSize = 500, Layers = [2] }.Validated("kn", TinyModelFolder.Layers);
        var prompt = model.Tokenize(Tower.FilledPrompt).Ids;
        var answer = NeuronAttribution.GreedyToken(model, prompt);

        var sum = NeuronAttribution.Attribute(model, prompt, [answer], options).sum().item<float>();

        var with = Probability(model, prompt, answer, silent: false);
        Assert.Equal(with - Probability(model, prompt, answer, silent: true), sum, 2e-3);
    }

    [Fact]
    public void The_change_is_one_vector_in_the_columns_of_the_kept_neurons()
    {
        using var folder = new TinyModelFolder();
        using var model = folder.Load();
        using var scope = NewDisposeScope();

        using var result = new KnowledgeNeuronsEditor().Apply(model, [Tower], new EditContext());

        var embedding = model.Weights["transformer.wte.weight"].Value;
        var target = model.Tokenize(" Rome").Ids.Select(id => embedding[id]).Aggregate((sum, row) => sum + row);
        Assert.All(result.Edits[0].Deltas.Values, value =>
        {
            var delta = Assert.IsType<LowRankDelta>(value);
            Assert.All(delta.Right.data<float>().ToArray(), mark => Assert.True(mark is 0 or 1));
            Assert.True(delta.Right.sum().item<float>() >= 1);
        });
        result.Revert();
        var answer = NeuronAttribution.GreedyToken(model, model.Tokenize(Tower.FilledPrompt).Ids);
        var left = ((LowRankDelta)result.Edits[0].Deltas.Values.First()).Left.squeeze(1);
        TensorAssert.Close("change", target - 2 * embedding[answer], left, 1e-5);
    }

    [Fact]
    public void A_neuron_must_count_in_more_than_p_of_the_prompts()
    {
        using var scope = NewDisposeScope();
        Tensor[] attributions = [tensor([1f, 0.5f, 0.1f, -3], 1, 4), tensor([0.1f, 2, 0.1f, 1], 1, 4), tensor([0f, 1, 0, 1], 1, 4)];

        bool[] Kept(double p) => NeuronSelection.Select(attributions, new KnowledgeNeuronsOptions { AdaptiveThreshold = 0.3, P = p }).data<bool>().ToArray();

        Assert.Equal([true, true, false, true], Kept(0));
        Assert.Equal([false, true, false, true], Kept(0.4));
        Assert.Equal([false, true, false, false], Kept(0.7));
    }

    [Fact]
    public void Paraphrases_and_templates_are_prompts_only_where_asked_for()
    {
        using var folder = new TinyModelFolder();
        using var model = folder.Load();
        int Neurons(KnowledgeNeuronsOptions options, EditContext context)
        {
            using var scope = NewDisposeScope();
            using var result = new KnowledgeNeuronsEditor(options).Apply(model, [Tower], context);
            result.Revert();
            return (int)result.Edits[0].Deltas.Values.Sum(delta => ((LowRankDelta)delta).Right.sum().item<float>());
        }

        var all = new KnowledgeNeuronsOptions { P = 0 };
        var bare = Neurons(all, new EditContext());

        Assert.True(Neurons(all with { UseParaphrases = true }, new EditContext()) > bare);
        Assert.True(Neurons(all, new EditContext { Templates = new ContextTemplates(["{}", "Rome. {}"]) }) > bare);
    }

    [Fact]
    public void A_request_without_the_present_object_is_refused_before_anything_is_done()
    {
        using var folder = new TinyModelFolder();
        using var model = folder.Load();

        var failure = Assert.Throws<AmendException>(() => new KnowledgeNeuronsEditor().Apply(model, [Tower, Tower with { TargetTrue = null }], new EditContext { InTurn = true }));

        Assert.Equal("KN looks for the neurons of the present object, and the request for 'So they came to The Eiffel Tower' does not say it; give target_true (--target-true).", failure.Message);
        Assert.Empty(model.Applied.Ids);
    }

    [Fact]
    public void Settings_out_of_range_are_named_at_once()
    {
        var failure = Assert.Throws<AmendException>(() => new KnowledgeNeuronsOptions { Steps = 1, P = 1 }.Validated("kn", layers: 3));

        Assert.Equal("The editor kn cannot edit with these settings: steps is 1 and must be at least 2; p is 1 and must be a number, 0 or more and below 1.", failure.Message);
    }

    /// <summary>The answer's probability, with the neurons of the last layer at the last token as they are or silent.</summary>
    private static double Probability(LanguageModel model, IReadOnlyList<int> prompt, int answer, bool silent)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        using var trace = model.Trace();
        if (silent)
            trace.Replace(Models.Taps.Site.MlpKey(2), key => cat([key.narrow(1, 0, key.shape[1] - 1), zeros_like(key.narrow(1, 0, 1))], 1));
        return nn.functional.softmax(model.NextLogits(TokenBatch.Pad([prompt], padding: 0)), -1)[0, answer].item<float>();
    }
}
