using System.Text.Json;
using Amend.Editing.Editors;
using Amend.Editing.Editors.Rome;
using Amend.Editing.KeyValue;
using Amend.Editing.Statistics;
using Amend.Editing.Stores;
using Amend.Editing.Templates;
using Amend.Editing.Workbench;
using Amend.Models;
using Amend.Models.Scoring;
using Amend.Models.Taps;
using Amend.Tensors;
using Amend.Tensors.LinearAlgebra;
using TorchSharp;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.Editors.Rome;

public sealed class RomeEditorTests : IDisposable
{
    private static readonly EditRequest Tower = new("So they came to {}", "The Eiffel Tower", "Rome");
    private static readonly EditRequest Sword = new("{} was made by", "D'Artagnan's sword", "New South Wales");
    private static readonly RomeOptions Plain = new()
    {
        Layer = 1, Mom2Adjustment = false, ContextTemplateLengthParams = [[4, 2]], VNumGradSteps = 40, ClampNormFactor = 100, VWeightDecay = 0.01,
    };

    private readonly TinyModelFolder _folder = new();
    private readonly LanguageModel _model;

    public RomeEditorTests()
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

    [Theory]
    [InlineData(KeyPolicy.Averaged)]
    [InlineData(KeyPolicy.Original)]
    [InlineData(KeyPolicy.Bare)]
    public void An_edit_raises_the_probability_of_its_target(KeyPolicy policy)
    {
        using var result = new RomeEditor(Plain with { KeyPolicy = policy }).Apply(_model, [Tower, Sword], new EditContext { InTurn = true });

        Assert.Equal([Tower, Sword], result.Edits.Select(edit => edit.Record.Request));
        Assert.All(result.Edits, edit => Assert.InRange(edit.Record.ProbabilityAfter, 3 * edit.Record.ProbabilityBefore, 1));
        Assert.All(result.Edits, edit => Assert.Equal(edit.Record.Converged, edit.Record.Losses[^1].Total < Plain.VLossThreshold));
        Assert.Equal(result.Edits.Select(edit => edit.Id), _model.Applied.Ids);
    }

    [Fact]
    public void What_the_record_says_is_what_the_edited_model_does()
    {
        var scorer = new TargetScorer(_model);
        var before = scorer.Score(Tower.FilledPrompt, Tower.TargetNew).Probability;

        using var result = new RomeEditor(Plain).Apply(_model, [Tower], new EditContext { Seed = 3 });

        var (edit, record) = (result.Edits[0], result.Edits[0].Record);
        Assert.Equal(before, record.ProbabilityBefore);
        Assert.Equal(scorer.Score(Tower.FilledPrompt, Tower.TargetNew).Probability, record.ProbabilityAfter);
        Assert.Equal(edit.Deltas.Values.Single().FrobeniusNorm(), record.DeltaNorm);
        Assert.Equal(("rome", 1, 3, "tiny", "gpt2", _model.BaseHash), (record.Editor, record.Layers.Single(), record.Seed, record.Model, record.ModelType, record.BaseWeightsHash));
        Assert.Equal(EditorSettings.Of(Plain).ToJsonString(), record.Settings.ToJsonString());
        Assert.Empty(record.AppliedBefore);
        Assert.Equal(LibraryVersion.Current, record.Version);
    }

    [Fact]
    public void Only_the_down_projection_of_the_layer_changes_and_no_gradient_stays()
    {
        using var scope = NewDisposeScope();
        var before = _model.Weights.All.ToDictionary(weight => weight.Name, weight => weight.Value.clone());

        using var result = new RomeEditor(Plain).Apply(_model, [Tower], new EditContext());

        var changed = _model.Weights.All.Where(weight => !(before[weight.Name] == weight.Value).all().item<bool>()).Select(weight => weight.Name);
        Assert.Equal([_model.Transformer.DownProjection(1).Name], changed);
        Assert.All(_model.Weights.All, weight => Assert.False(weight.Value.requires_grad || weight.Value.grad is not null, weight.Name));
        Assert.True(is_grad_enabled());
    }

    [Fact]
    public void Reverting_restores_the_weights_bit_for_bit()
    {
        using (var result = new RomeEditor(Plain).Apply(_model, [Tower, Sword], new EditContext { InTurn = true }))
        {
            Assert.NotEqual(_model.BaseHash, _model.Weights.Hash());

            result.Revert();

            Assert.Throws<InvalidOperationException>(result.Revert);
        }

        Assert.Equal(_model.BaseHash, _model.Weights.Hash());
        Assert.Empty(_model.Applied.Ids);
    }

    [Fact]
    public void A_bfloat16_model_is_edited_and_restored_too()
    {
        using var model = TinyModels.Gpt2(seed: 2, layers: 3, ScalarType.BFloat16);
        var request = new EditRequest("The {} is in", "Tower", "Goa");

        using var result = new RomeEditor(Plain with { ContextTemplateLengthParams = [] }).Apply(model, [request], new EditContext());

        Assert.InRange(result.Edits[0].Record.ProbabilityAfter, 2 * result.Edits[0].Record.ProbabilityBefore, 1);
        result.Revert();
        Assert.Equal(model.BaseHash, model.Weights.Hash());
    }

    [Fact]
    public void A_batch_whose_second_request_fails_changes_nothing()
    {
        var tooLong = new EditRequest(string.Concat(Enumerable.Repeat("So they came. ", 20)) + "{} is in", "Rome", "Goa");
        using var earlier = new RomeEditor(Plain).Apply(_model, [Sword], new EditContext());
        var hash = _model.Weights.Hash();

        var failure = Assert.Throws<AmendException>(() => new RomeEditor(Plain).Apply(_model, [Tower, tooLong], new EditContext { InTurn = true }));

        Assert.Contains("whose context holds 64", failure.Message, StringComparison.Ordinal);
        Assert.Equal(hash, _model.Weights.Hash());
        Assert.Equal([earlier.Edits[0].Id], _model.Applied.Ids);
    }

    [Fact]
    public void An_edit_that_fails_after_its_change_was_computed_leaves_nothing_behind()
    {
        using (var trace = _model.Trace())
        {
            trace.Replace(Site.MlpOut(2), value => _model.Applied.Ids.Count == 0 ? value : throw new TimeoutException("The edited model does not answer."));

            Assert.Throws<TimeoutException>(() => new RomeEditor(Plain).Apply(_model, [Tower], new EditContext()));
        }

        Assert.Empty(_model.Applied.Ids);
        Assert.Equal(_model.BaseHash, _model.Weights.Hash());
    }

    [Fact]
    public void Edits_are_made_on_top_of_those_that_the_model_has()
    {
        using var first = new RomeEditor(Plain).Apply(_model, [Tower], new EditContext());

        using var second = new RomeEditor(Plain).Apply(_model, [Sword], new EditContext());

        Assert.Equal([first.Edits[0].Id], second.Edits[0].Record.AppliedBefore);
        first.Revert();
        Assert.Equal([second.Edits[0].Id], _model.Applied.Ids);
        second.Revert();
        Assert.Equal(_model.BaseHash, _model.Weights.Hash());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    [InlineData(99)]
    public void A_layer_that_the_model_lacks_is_refused(int layer)
    {
        var failure = Assert.Throws<AmendException>(() => new RomeEditor(Plain).Apply(_model, [Tower], new EditContext { Layer = layer }));

        Assert.Contains($"ayer {layer} was asked", failure.Message, StringComparison.Ordinal);
        Assert.Contains("layers 0 to 2", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_without_a_preset_needs_a_layer()
    {
        var failure = Assert.Throws<AmendException>(() => new RomeEditor().Apply(_model, Tower));

        Assert.Contains("there is no preset with a layer for a model of this size", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_contexts_layer_and_settings_go_before_the_options()
    {
        var context = new EditContext { Layer = 2, Settings = new Dictionary<string, string> { ["layer"] = "0", ["v_num_grad_steps"] = "2", ["key_policy"] = "bare" } };

        using var result = new RomeEditor(Plain).Apply(_model, [Tower], context);

        var record = result.Edits[0].Record;
        Assert.Equal([2], record.Layers);
        Assert.Equal(_model.Transformer.DownProjection(2).Name, result.Edits[0].Deltas.Keys.Single());
        Assert.Equal("bare", (string)record.Settings["key_policy"]!);
        Assert.InRange(record.Losses.Count, 1, 2);
    }

    [Fact]
    public void Without_statistics_the_sentence_says_how_to_collect_them()
    {
        using var library = new SecondMomentLibrary(_folder.Home);

        var failure = Assert.Throws<AmendException>(
            () => new RomeEditor(Plain with { Mom2Adjustment = true }).Apply(_model, [Tower], new EditContext { Statistics = library }));

        Assert.Equal(
            "There are no statistics of 'tiny' at layer 1, which this editor needs; collect them with: amend stats tiny --layer 1 --text FILE.",
            failure.Message);
        Assert.Equal(_model.BaseHash, _model.Weights.Hash());
    }

    [Fact]
    public void The_statistics_give_the_direction()
    {
        using var scope = NewDisposeScope();
        using var matrix = SpdMatrix.Factor(diag(arange(1, 33, ScalarType.Float64)));
        var templates = ContextTemplates.Bare;

        using var result = new RomeEditor(Plain with { Mom2Adjustment = true }).Apply(_model, [Tower], new EditContext { Statistics = new Given(matrix), Templates = templates });
        result.Revert();
        var batch = RewriteBatch.Create(_model, Tower, templates, Plain.FactToken);
        using var clean = CleanPass.Run(_model, batch, 1);

        TensorAssert.CloseRelative("u", RomeUpdate.Direction(clean.Keys[0], matrix), Assert.IsType<LowRankDelta>(result.Edits[0].Deltas.Values.Single()).Right.squeeze(1), 1e-6);
    }

    [Fact]
    public void Templates_that_are_given_are_used_as_they_are()
    {
        var templates = new ContextTemplates(["{}", "So they say: {}", "{}"]);

        using var result = new RomeEditor(Plain).Apply(_model, [Tower], new EditContext { Templates = templates });

        Assert.Equal(templates.Texts, result.Edits[0].Record.ContextTemplates);
    }

    [Fact]
    public void Templates_without_the_bare_prompt_are_refused()
    {
        var failure = Assert.Throws<AmendException>(
            () => new RomeEditor(Plain).Apply(_model, [Tower], new EditContext { Templates = new ContextTemplates(["So: {}"]) }));

        Assert.StartsWith("The first context template is 'So: {}'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_edits_of_a_batch_share_the_templates_of_the_model_before_them()
    {
        using var result = new RomeEditor(Plain).Apply(_model, [Tower, Sword], new EditContext { Seed = 5, InTurn = true });
        result.Revert();

        var sampled = ContextTemplateSampler.Sample(_model, [(4, 2)], seed: 5);

        Assert.All(result.Edits, edit => Assert.Equal(sampled.Texts, edit.Record.ContextTemplates));
    }

    [Fact]
    public void The_same_seed_gives_the_same_edit_but_for_its_time()
    {
        using var first = new RomeEditor(Plain).Apply(_model, [Tower], new EditContext { Seed = 4 });
        first.Revert();
        using var second = new RomeEditor(Plain).Apply(_model, [Tower], new EditContext { Seed = 4 });
        second.Revert();
        using var other = new RomeEditor(Plain).Apply(_model, [Tower], new EditContext { Seed = 5 });
        var (one, two) = (first.Edits[0], second.Edits[0]);

        using var timed = Timed(two, one.Record);

        Assert.NotEqual(one.Id, two.Id);
        Assert.Equal(one.Id, timed.Id);
        Assert.NotEqual(one.Record.ContextTemplates, other.Edits[0].Record.ContextTemplates);
    }

    [Fact]
    public void An_edit_is_repeated_from_its_record()
    {
        using var first = new RomeEditor(Plain).Apply(_model, [Tower], new EditContext { Seed = 4 });
        first.Revert();
        var record = first.Edits[0].Record;
        var context = new EditContext
        {
            Settings = record.Settings.ToDictionary(setting => setting.Key, setting => setting.Value!.ToJsonString()),
            Seed = record.Seed,
            Templates = new ContextTemplates(record.ContextTemplates),
        };

        using var second = BuiltInEditors.Find(record.Editor).Apply(_model, [record.Request], context);

        using var timed = Timed(second.Edits[0], record);
        Assert.Equal(first.Edits[0].Id, timed.Id);
    }

    /// <summary>An edit as if it had been made when another was, and as fast.</summary>
    private static Edit Timed(Edit edit, EditRecord when) =>
        new(edit.Record with { Time = when.Time, Seconds = when.Seconds }, [.. edit.Effects.Select(effect => effect.Clone())]);

    [Fact]
    public void An_edit_that_was_written_and_read_has_the_same_effect()
    {
        using var result = new RomeEditor(Plain).Apply(_model, [Tower], new EditContext());
        var edited = _model.Weights.Hash();
        result.Revert();
        EditFile.Write(result.Edits[0], _folder.Beside("edit"));

        using var read = EditFile.Read(_folder.Beside("edit"));
        _model.Applied.Apply(read.Id, read.Effects);

        Assert.Equal(edited, _model.Weights.Hash());
        Assert.Equal(JsonSerializer.Serialize(result.Edits[0].Record, EditJson.Options), JsonSerializer.Serialize(read.Record, EditJson.Options));
    }

    [Fact]
    public void No_request_and_a_wrong_request_are_refused()
    {
        var editor = new RomeEditor(Plain);

        Assert.Equal("No edit of 'tiny' was requested; give at least one.", Assert.Throws<AmendException>(() => editor.Apply(_model, [], new EditContext())).Message);
        Assert.Throws<AmendException>(() => editor.Apply(_model, [Tower, Tower with { TargetNew = "" }], new EditContext { InTurn = true }));
        Assert.Equal(_model.BaseHash, _model.Weights.Hash());
    }

    private sealed class Given(SpdMatrix matrix) : ISecondMomentSource
    {
        public SpdMatrix Factored(LanguageModel model, int layer, double ridge) => matrix;

        public Tensor Mean(LanguageModel model, int layer) => throw new NotSupportedException("ROME asks for the factored moment.");

        public NullSpace NullSpace(LanguageModel model, int layer, double threshold) => throw new NotSupportedException("ROME has no null space.");
    }
}
