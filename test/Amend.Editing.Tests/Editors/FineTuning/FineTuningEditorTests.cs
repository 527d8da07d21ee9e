using Amend.Editing.Editors.FineTuning;
using Amend.Editing.Stores;
using Amend.Editing.Workbench;
using Amend.Models;
using Amend.Models.Scoring;
using Amend.Models.Taps;
using Amend.Tensors;
using Amend.Tensors.LinearAlgebra;
using TorchSharp;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.Editors.FineTuning;

public sealed class FineTuningEditorTests : IDisposable
{
    private static readonly EditRequest Tower = new("So they came to {}", "The Eiffel Tower", "Rome");
    private static readonly EditRequest Sword = new("{} was made by", "D'Artagnan's sword", "New South Wales");
    private static readonly FineTuningOptions Plain = new() { Layers = [1], Lr = 5e-2 };

    private readonly TinyModelFolder _folder = new();
    private readonly LanguageModel _model;

    public FineTuningEditorTests()
    {
        DisposeScopeManager.Statistics.Reset();
        _model = _folder.Load();
    }

    /// <summary>Every test is checked for tensors left behind once the model, which keeps those of applied edits, is gone.</summary>
    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
        Assert.Equal(0, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Tuning_raises_the_probability_of_the_target_and_the_record_says_what_the_model_does()
    {
        var scorer = new TargetScorer(_model);
        var before = scorer.Score(Tower.FilledPrompt, Tower.TargetNew).Probability;

        using var result = new FineTuningEditor(Plain).Apply(_model, [Tower], new EditContext { Seed = 3 });

        var (edit, record) = (Assert.Single(result.Edits), result.Edits[0].Record);
        Assert.InRange(record.ProbabilityAfter, 3 * record.ProbabilityBefore, 1);
        Assert.Equal(before, record.ProbabilityBefore);
        Assert.Equal(scorer.Score(Tower.FilledPrompt, Tower.TargetNew).Probability, record.ProbabilityAfter);
        Assert.Equal(edit.Deltas.Values.Single().FrobeniusNorm(), record.DeltaNorm!.Value, 1e-9);
        Assert.Equal(("ft", 1, 3, _model.BaseHash), (record.Editor, record.Layers.Single(), record.Seed, record.BaseWeightsHash));
        Assert.Equal(["{}"], record.ContextTemplates);
        Assert.Equal(EditorSettings.Of(Plain).ToJsonString(), record.Settings.ToJsonString());
        Assert.Equal(Enumerable.Range(0, record.Losses.Count), record.Losses.Select(loss => loss.Step));
        Assert.True(record.Losses[^1].Total < record.Losses[0].Total);
        Assert.Empty(record.TogetherWith);
        Assert.Equal([edit.Id], _model.Applied.Ids);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public void Only_the_weights_that_are_tuned_change_and_no_gradient_stays(bool trainBias, int count)
    {
        using var scope = NewDisposeScope();
        var before = _model.Weights.All.ToDictionary(weight => weight.Name, weight => weight.Value.clone());

        using var result = new FineTuningEditor(Plain with { TrainBias = trainBias }).Apply(_model, [Tower], new EditContext());

        var changed = _model.Weights.All.Where(weight => !(before[weight.Name] == weight.Value).all().item<bool>()).Select(weight => weight.Name).ToList();
        Assert.Equal(result.Edits[0].Deltas.Keys.Order(), changed.Order());
        Assert.Contains(_model.Transformer.DownProjection(1).Name, changed);
        Assert.Equal(count, changed.Count);
        AssertNoGradients();
        Assert.True(is_grad_enabled());
    }

    [Fact]
    public void The_stored_change_gives_the_tuned_weights_again_and_is_taken_back_bit_for_bit()
    {
        string edited;
        var path = _folder.Beside("edit.safetensors");
        using (var result = new FineTuningEditor(Plain with { Layers = [0, 2], TrainBias = true }).Apply(_model, [Tower], new EditContext()))
        {
            edited = _model.Weights.Hash();
            EditFile.Write(result.Edits[0], path);
            result.Revert();
        }

        Assert.Equal(_model.BaseHash, _model.Weights.Hash());
        using var read = EditFile.Read(path);
        _model.Applied.Apply(read.Id, read.Effects);
        Assert.Equal(4, read.Deltas.Count);
        Assert.Equal(edited, _model.Weights.Hash());
        _model.Applied.Revert(read.Id);
        Assert.Equal(_model.BaseHash, _model.Weights.Hash());
    }

    [Fact]
    public void The_bounded_editor_keeps_every_element_within_its_bound()
    {
        const double Bound = 1e-2;

        using var result = FineTuningEditor.Bounded(Plain with { NormConstraint = Bound }).Apply(_model, [Tower], new EditContext());

        using var scope = NewDisposeScope();
        var largest = Assert.IsType<DenseDelta>(result.Edits[0].Deltas.Values.Single()).Value.abs().max().item<float>();
        Assert.Equal(Bound, largest, 1e-6);
        Assert.Equal("ft-l", result.Edits[0].Record.Editor);
    }

    [Fact]
    public void An_L2_bound_holds_for_all_tuned_weights_together()
    {
        const double Radius = 0.25;

        using var result = FineTuningEditor.Bounded(Plain with { NormConstraint = Radius, Norm = BallNorm.L2, Layers = LayerList.All }).Apply(_model, [Tower], new EditContext());

        Assert.Equal(TinyModelFolder.Layers, result.Edits[0].Deltas.Count);
        Assert.Equal(Radius, result.Edits[0].Record.DeltaNorm!.Value, 1e-6);
        Assert.True(result.Edits[0].Record.ProbabilityAfter > result.Edits[0].Record.ProbabilityBefore);
    }

    [Fact]
    public void Named_modules_are_tuned_in_place_of_the_down_projection()
    {
        using var result = new FineTuningEditor(Plain with { TargetModules = ["mlp.c_fc", "c_attn"] }).Apply(_model, [Tower], new EditContext());

        Assert.Equal(["transformer.h.1.attn.c_attn.weight", "transformer.h.1.mlp.c_fc.weight"], result.Edits[0].Deltas.Keys.Order());
    }

    [Fact]
    public void A_module_that_a_layer_does_not_have_is_refused_with_those_that_it_has()
    {
        var failure = Assert.Throws<AmendException>(() => new FineTuningEditor(Plain with { TargetModules = ["mlp.up"] }).Apply(_model, [Tower], new EditContext()));

        Assert.StartsWith("Layer 1 of 'tiny' has no module 'mlp.up'; name one of attn.c_attn,", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Breadth_first_passes_take_all_requests_in_an_order_of_the_seed()
    {
        EditRequest[] requests = [Tower, Sword, Tower with { Subject = "The Space Needle" }];
        var options = Plain with { Shuffle = true, NumSteps = 4, LossThreshold = 0 };
        double[] Losses(int seed)
        {
            using var result = FineTuningEditor.BreadthFirst(options).Apply(_model, requests, new EditContext { Seed = seed });
            result.Revert();
            return [.. result.Edits[0].Record.Losses.Select(loss => loss.Total)];
        }

        var first = Losses(1);

        Assert.Equal(12, first.Length);
        Assert.Equal(first, Losses(1));
        Assert.NotEqual(first, Losses(2));
    }

    [Fact]
    public void The_bounded_editor_asks_for_a_bound()
    {
        var failure = Assert.Throws<AmendException>(() => FineTuningEditor.Bounded(Plain).Apply(_model, [Tower], new EditContext()));

        Assert.Equal("The editor ft-l has no bound for 'tiny'; give one, such as norm_constraint=5e-4, or use ft.", failure.Message);
    }

    [Fact]
    public void Requests_are_tuned_together_into_one_edit_with_a_step_a_batch()
    {
        var options = Plain with { NumSteps = 3, LossThreshold = 0 };
        var mean = (Nll(Tower) + Nll(Sword)) / 2;

        using var apart = new FineTuningEditor(options).Apply(_model, [Tower, Sword], new EditContext());
        apart.Revert();
        using var together = new FineTuningEditor(options with { BatchSize = 2 }).Apply(_model, [Tower, Sword], new EditContext());

        Assert.Equal((6, 3), (apart.Edits[0].Record.Losses.Count, together.Edits[0].Record.Losses.Count));
        var record = Assert.Single(together.Edits).Record;
        Assert.Equal(Tower, record.Request);
        Assert.Equal([Sword], record.TogetherWith);
        Assert.Equal(mean, record.Losses[0].Total, 1e-5);
    }

    [Fact]
    public void Tuning_stops_at_the_threshold_and_says_so()
    {
        using var result = new FineTuningEditor(Plain with { NumSteps = 200, Lr = 1e-2, LossThreshold = 3 }).Apply(_model, [Tower], new EditContext());

        var record = result.Edits[0].Record;
        Assert.True(record.Converged);
        Assert.InRange(record.Losses.Count, 2, 199);
        Assert.True(record.Losses[^1].Total < 3);
        Assert.All(record.Losses.SkipLast(1), loss => Assert.True(loss.Total >= 3));
    }

    [Fact]
    public void Steps_that_do_not_reach_the_threshold_are_reported()
    {
        using var result = new FineTuningEditor(Plain with { NumSteps = 1 }).Apply(_model, [Tower], new EditContext());

        Assert.False(result.Converged);
    }

    [Fact]
    public void Edits_are_made_on_top_of_those_that_the_model_has_and_reverted_in_any_order()
    {
        using var first = new FineTuningEditor(Plain).Apply(_model, [Tower], new EditContext());
        using var second = new FineTuningEditor(Plain).Apply(_model, [Sword], new EditContext());

        Assert.Equal([first.Edits[0].Id], second.Edits[0].Record.AppliedBefore);
        first.Revert();
        Assert.Equal([second.Edits[0].Id], _model.Applied.Ids);
        second.Revert();
        Assert.Equal(_model.BaseHash, _model.Weights.Hash());
    }

    [Fact]
    public void A_bfloat16_model_is_tuned_and_restored_too()
    {
        using var model = TinyModels.Gpt2(seed: 2, layers: 3, ScalarType.BFloat16);

        using var result = new FineTuningEditor(Plain).Apply(model, [new EditRequest("The {} is in", "Tower", "Goa")], new EditContext());

        Assert.InRange(result.Edits[0].Record.ProbabilityAfter, 2 * result.Edits[0].Record.ProbabilityBefore, 1);
        result.Revert();
        Assert.Equal(model.BaseHash, model.Weights.Hash());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(1000)]
    public void Tuning_that_fails_on_the_way_or_at_its_end_leaves_the_model_as_it_was(int failingPass)
    {
        var passes = 0;
        using (var trace = _model.Trace())
        {
            trace.Replace(Site.MlpOut(2), value => ++passes == failingPass || _model.Applied.Ids.Count > 0 ? throw new TimeoutException("The model does not answer.") : value);

            Assert.Throws<TimeoutException>(() => new FineTuningEditor(Plain).Apply(_model, [Tower], new EditContext()));
        }

        Assert.Empty(_model.Applied.Ids);
        Assert.Equal(_model.BaseHash, _model.Weights.Hash());
        AssertNoGradients();
    }

    [Fact]
    public void A_loss_that_is_no_number_is_reported_and_leaves_the_model_as_it_was()
    {
        using (var trace = _model.Trace())
        {
            var passes = 0;
            trace.Replace(Site.MlpOut(2), value => ++passes == 4 ? value * float.NaN : value);

            var failure = Assert.Throws<ArithmeticException>(() => new FineTuningEditor(Plain).Apply(_model, [Tower], new EditContext()));

            Assert.Equal($"The loss of fine-tuning became NaN at step 2 with lr {Plain.Lr}; use a lower one.", failure.Message);
        }

        Assert.Equal(_model.BaseHash, _model.Weights.Hash());
        AssertNoGradients();
    }

    [Fact]
    public void The_contexts_layer_and_settings_go_before_the_options()
    {
        var context = new EditContext { Layer = 2, Settings = new Dictionary<string, string> { ["num_steps"] = "2", ["objective"] = "prompt_last" } };

        using var result = new FineTuningEditor(Plain).Apply(_model, [Sword], context);

        Assert.Equal([2], result.Edits[0].Record.Layers);
        Assert.Equal(_model.Transformer.DownProjection(2).Name, result.Edits[0].Deltas.Keys.Single());
        Assert.Equal(2, result.Edits[0].Record.Losses.Count);
        Assert.Equal("prompt_last", (string)result.Edits[0].Record.Settings["objective"]!);
    }

    [Fact]
    public void No_request_a_wrong_request_and_a_model_without_a_preset_are_refused()
    {
        var editor = new FineTuningEditor(Plain);

        Assert.Equal("No edit of 'tiny' was requested; give at least one.", Assert.Throws<AmendException>(() => editor.Apply(_model, [], new EditContext())).Message);
        Assert.Throws<AmendException>(() => editor.Apply(_model, [Tower, Tower with { TargetNew = "" }], new EditContext()));
        Assert.Contains("--layer", Assert.Throws<AmendException>(() => new FineTuningEditor().Apply(_model, [Tower], new EditContext())).Message, StringComparison.Ordinal);
        Assert.Equal(_model.BaseHash, _model.Weights.Hash());
    }

    private double Nll(EditRequest request) => new TargetScorer(_model).Score(request.FilledPrompt, request.TargetNew).MeanNll;

    private void AssertNoGradients() =>
        Assert.All(_model.Weights.All, weight => Assert.False(weight.Value.requires_grad || weight.Value.grad is not null, weight.Name));
}
