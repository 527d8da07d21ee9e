using Amend.Editing.Editors;
using Amend.Editing.Editors.FineTuning;
using Amend.Editing.Tuning;
using Amend.Models;
using Amend.Models.Scoring;
using Amend.Tensors;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.Editors.FineTuning;

/// <summary>The loop of KnowledgeEditor's baselines: RMSprop on every matrix until the prediction is the wanted one.</summary>
[NoTensorLeaks]
public sealed class PredictionTuningTests
{
    private const string Text = "the cat sat on the mat";
    private static readonly FineTuningOptions Loop = new()
    {
        Layers = [0],
        TargetModules = [TargetModules.AllLinear],
        Optimizer = TuningOptimizer.Rmsprop,
        Lr = 1e-3,
        Stop = TuningStop.Prediction,
    };

    [Fact]
    public void Tuning_stops_with_the_step_after_which_the_label_is_predicted()
    {
        using var model = Classifier();
        var request = Flip(model);

        using var result = new FineTuningEditor(Loop with { NumSteps = 100 }).Apply(model, request);
        var (steps, converged) = (result.Edits[0].Record.Losses.Count - 1, result.Converged);

        Assert.Equal(request.TargetNew, model.Classify(Text)[0].Label);
        Assert.True(converged);
        Assert.InRange(steps, 1, 99);
        result.Revert();
        using var shorter = new FineTuningEditor(Loop with { NumSteps = steps - 1 + (steps == 1 ? 1 : 0) }).Apply(model, request);
        Assert.Equal(steps == 1, model.Classify(Text)[0].Label == request.TargetNew);
    }

    [Fact]
    public void A_label_that_is_predicted_already_takes_no_step()
    {
        using var model = Classifier();
        var request = Flip(model) with { TargetNew = model.Classify(Text)[0].Label };

        using var result = new FineTuningEditor(Loop).Apply(model, [request], new EditContext { EvenIfAnswered = true });

        Assert.Single(result.Edits[0].Record.Losses);
        Assert.True(result.Converged);
        Assert.All(result.Edits[0].Deltas.Values, delta => Assert.Equal(0, delta.FrobeniusNorm()));
    }

    [Fact]
    public void Every_matrix_of_the_layer_is_tuned_and_nothing_else()
    {
        using var model = Classifier();

        using var result = new FineTuningEditor(Loop).Apply(model, Flip(model));

        string[] matrices =
        [
            "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense", "intermediate.dense",
            "output.dense",
        ];
        Assert.Equal(
            matrices.Select(name => $"bert.encoder.layer.0.{name}.weight").Order(StringComparer.Ordinal),
            result.Edits[0].Deltas.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_first_step_of_RMSprop_moves_each_element_ten_rates_against_its_gradients_sign()
    {
        using var model = Classifier();
        using var scope = NewDisposeScope();

        using var result = new FineTuningEditor(Loop with { NumSteps = 1 }).Apply(model, Flip(model));

        Assert.All(result.Edits[0].Deltas, of =>
        {
            var moved = ((DenseDelta)of.Value).Value.abs();
            Assert.Equal(10 * Loop.Lr, moved.median().item<float>(), 1e-5);
            Assert.InRange(moved.max().item<float>(), 0, 10 * Loop.Lr * 1.001);
        });
    }

    [Fact]
    public void In_a_ball_no_element_leaves_it_and_an_edit_that_it_forbids_did_not_converge()
    {
        using var model = Classifier();
        using var scope = NewDisposeScope();
        var context = new EditContext { Settings = new Dictionary<string, string> { ["norm_constraint"] = "1e-5", ["num_steps"] = "3" } };

        using var result = BuiltInEditors.Find("zhu").Apply(model, [Flip(model)], context);

        Assert.False(result.Converged);
        Assert.Equal(3, result.Edits[0].Record.Losses.Count);
        Assert.Equal(6 * model.Shape.Layers, result.Edits[0].Deltas.Count);
        Assert.All(result.Edits[0].Deltas.Values, delta => Assert.InRange(((DenseDelta)delta).Value.abs().max().item<float>(), 5e-6, 1.01e-5));
    }

    [Fact]
    public void Without_a_ball_it_is_refused()
    {
        using var model = Classifier();
        var context = new EditContext { Settings = new Dictionary<string, string> { ["norm_constraint"] = "null" } };

        Assert.StartsWith(
            "The editor zhu has no bound for 'bert_tiny_cls'; give one, such as norm_constraint=5e-4",
            Assert.Throws<AmendException>(() => BuiltInEditors.Find("zhu").Apply(model, [Flip(model)], context)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_decoder_stops_where_every_token_of_the_target_is_the_likeliest()
    {
        using var model = TinyModels.Gpt2();
        var request = new EditRequest("abc", null, "de");

        using var result = new FineTuningEditor(Loop with { Lr = 1e-2, NumSteps = 100 }).Apply(model, request);

        Assert.True(result.Converged);
        Assert.True(new TargetScorer(model).Score("abc", "de").IsGreedy);
    }

    private static LanguageModel Classifier() => TinyModels.Golden("models/bert_tiny_cls", new NumberedWords());

    private static EditRequest Flip(LanguageModel model) => new(Text, null, model.Classify(Text)[1].Label);
}
