using Amend.Editing.Batches;
using Amend.Editing.Editors.AlphaEdit;
using Amend.Editing.Editors.Emmet;
using Amend.Editing.Editors.Memit;
using Amend.Editing.Stores;
using Amend.Editing.Templates;
using Amend.Models;
using Amend.Models.Effects;
using Amend.Models.Scoring;
using Amend.Models.Taps;
using Amend.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.Batches;

/// <summary>What holds for every closed-form batch editor: what it changes, what it leaves, and how it refuses.</summary>
public sealed class BatchEditorContractTests : IDisposable
{
    private IEnumerable<Tensor> KeysOf(string weight) => _model.Applied.MemoriesOf(weight, "keys").Select(memory => memory.Values["keys"]);

    private static readonly EditRequest Tower = new("So they came to {}", "The Eiffel Tower", "Rome");
    private static readonly EditRequest Sword = new("{} was made by", "D'Artagnan's sword", "New South Wales");
    private static readonly EditRequest Needle = new("{} is in", "The Space Needle", "Goa");
    private static readonly ContextTemplates Templates = new(["{}", "So. {}", "One day. {}"]);

    private readonly TinyModelFolder _folder = new();
    private readonly GivenStatistics _statistics;
    private readonly LanguageModel _model;
    private readonly EditContext _context;

    public BatchEditorContractTests()
    {
        DisposeScopeManager.Statistics.Reset();
        _model = _folder.Load();
        _statistics = new GivenStatistics(_model.Shape.MlpWidth);
        _context = new EditContext { Templates = Templates, Statistics = _statistics };
    }

    public static TheoryData<string> Editors => ["memit", "emmet", "alphaedit"];

    /// <summary>Every test is checked for tensors left behind once the model, which keeps those of applied edits, is gone.</summary>
    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
        _statistics.Dispose();
        Assert.Equal(0, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Theory]
    [MemberData(nameof(Editors))]
    public void A_batch_is_one_edit_that_raises_the_probability_of_its_targets(string name)
    {
        var hash = _model.BaseHash;

        using var result = Editor(name).Apply(_model, [Tower, Sword, Needle], _context);

        var record = Assert.Single(result.Edits).Record;
        Assert.Equal((name, Tower, 1), (record.Editor, record.Request, record.Layers[^1]));
        Assert.Equal([Sword, Needle], record.TogetherWith);
        Assert.InRange(record.ProbabilityAfter, 1.5 * record.ProbabilityBefore, 1);
        Assert.Equal(new TargetScorer(_model).Score([.. new[] { Tower, Sword, Needle }.Select(r => (r.FilledPrompt, r.TargetNew))]).Average(s => s.Probability), record.ProbabilityAfter);
        Assert.Equal(Names(0, 1).Order(), result.Edits[0].Deltas.Keys.Order());
        Assert.Equal(Names(0, 1).Order(), result.Edits[0].Effects.OfType<MemoryEffect>().Select(memory => memory.Weight).Order());
        Assert.All(Names(0, 1), name => Assert.Equal([[_model.Shape.MlpWidth, 3L]], KeysOf(name).Select(keys => keys.shape)));
        Assert.All(_model.Weights.All, weight => Assert.False(weight.Value.requires_grad, weight.Name));
        result.Revert();
        Assert.Equal(hash, _model.Weights.Hash());
        Assert.Empty(KeysOf(Names(0)[0]));
    }

    [Theory]
    [MemberData(nameof(Editors))]
    public void One_of_several_edits_is_taken_back_and_its_keys_with_it(string name)
    {
        using var first = Editor(name).Apply(_model, [Tower], _context);
        using var second = Editor(name).Apply(_model, [Sword, Needle], _context);
        Assert.Equal([1L, 2], KeysOf(Names(1)[0]).Select(keys => keys.shape[1]));

        first.Revert();

        Assert.Equal([2L], KeysOf(Names(1)[0]).Select(keys => keys.shape[1]));
        using var fresh = _folder.Load();
        fresh.Applied.Apply(second.Edits[0].Id, second.Edits[0].Effects);
        Assert.Equal(fresh.Weights.Hash(), _model.Weights.Hash());
        second.Revert();
        Assert.Equal(_model.BaseHash, _model.Weights.Hash());
    }

    [Theory]
    [MemberData(nameof(Editors))]
    public void A_model_with_stored_edits_goes_on_as_the_one_that_made_them(string name)
    {
        using var first = Editor(name).Apply(_model, [Tower], _context);
        var store = new EditStore(_model, _folder.Home);
        store.Add(first.Edits[0]);
        using var second = Editor(name).Apply(_model, [Sword], _context);

        using var again = _folder.Load();
        store.ApplyTo(again, store.Applied);
        using var repeated = Editor(name).Apply(again, [Sword], _context);

        Assert.Equal(_model.Weights.Hash(), again.Weights.Hash());
    }

    [Theory]
    [MemberData(nameof(Editors))]
    public void Bad_requests_and_settings_are_refused_in_one_sentence_and_change_nothing(string name)
    {
        var editor = Editor(name);
        string Failure(IReadOnlyList<EditRequest> requests, params (string Name, string Value)[] settings) => Assert.Throws<AmendException>(
            () => editor.Apply(_model, requests, _context with { Settings = settings.ToDictionary(s => s.Name, s => s.Value) })).Message;

        Assert.Equal("No edit of 'tiny' was requested; give at least one.", Failure([]));
        Assert.Equal(
            "Requests 1 and 3 of the batch contradict each other, 'So they came to The Eiffel Tower' with 'Rome' and with 'Goa'; leave one out.",
            Failure([Tower, Sword, Tower with { TargetNew = " Goa" }]));
        Assert.StartsWith("There is no setting 'speed'", Failure([Tower], ("speed", "1")), StringComparison.Ordinal);
        Assert.StartsWith("No post-processor is named 'rest' (did you mean rect?); known: rect", Failure([Tower], ("post", "rest:0.4")), StringComparison.Ordinal);
        Assert.Contains("values at the model's last layer, 2, change no later token", Failure([Tower], ("layers", "[0,2]")), StringComparison.Ordinal);
        Assert.Contains("must be in ascending order", Failure([Tower], ("layers", "[1,0]")), StringComparison.Ordinal);
        Assert.Contains("v_lr is 0 and must be a number, above 0", Failure([Tower], ("v_lr", "0")), StringComparison.Ordinal);
        Assert.Contains("whose context holds 64", Failure([Tower, new EditRequest(string.Concat(Enumerable.Repeat("So they came. ", 20)) + "{} is in", "Rome", "Goa")]), StringComparison.Ordinal);
        Assert.Equal(_model.BaseHash, _model.Weights.Hash());
        Assert.Empty(_model.Applied.Ids);
    }

    [Theory]
    [MemberData(nameof(Editors))]
    public void A_loss_that_is_no_number_changes_nothing(string name)
    {
        using var scope = NewDisposeScope();
        using (var trace = _model.Trace().Replace(Site.MlpOut(2), value => value * float.NaN))
            Assert.Throws<ArithmeticException>(() => Editor(name).Apply(_model, [Tower, Sword], _context));

        Assert.Equal(_model.BaseHash, _model.Weights.Hash());
    }

    [Theory]
    [MemberData(nameof(Editors))]
    public void A_failure_between_layers_takes_the_layers_before_back(string name)
    {
        using var scope = NewDisposeScope();
        using (var trace = _model.Trace().Replace(Site.MlpOut(1), value => _model.Applied.Ids.Count == 0 ? value : throw new TimeoutException("The edited model does not answer.")))
            Assert.Throws<TimeoutException>(() => Editor(name).Apply(_model, [Tower, Sword], _context));

        Assert.Empty(_model.Applied.Ids);
        Assert.Equal(_model.BaseHash, _model.Weights.Hash());
    }

    [Theory]
    [MemberData(nameof(Editors))]
    public void The_edit_does_not_depend_on_how_many_requests_share_a_pass(string name)
    {
        using var scope = NewDisposeScope();
        EditRequest[] requests = [Tower, Sword, Needle];
        using var together = Editor(name).Apply(_model, requests, _context);
        together.Revert();
        using var apart = Editor(name).Apply(_model, requests, _context with { Settings = new Dictionary<string, string> { ["z_batch_size"] = "1" } });

        foreach (var weight in Names(0, 1))
        {
            using var one = (Tensors.LinearAlgebra.LowRankDelta)together.Edits[0].Deltas[weight].Clone();
            using var other = (Tensors.LinearAlgebra.LowRankDelta)apart.Edits[0].Deltas[weight].Clone();
            TensorAssert.CloseRelative(weight, one.ToDense(), other.ToDense(), 1e-4);
        }
    }

    [Fact]
    public void Without_a_direction_below_the_threshold_alphaedit_says_so()
    {
        var failure = Assert.Throws<AmendException>(() => new AlphaEditEditor(new AlphaEditOptions { Layers = [0], NullspaceThreshold = 1e-6 }).Apply(_model, [Tower], _context));

        Assert.Equal("The keys of layer 0 of 'tiny' have no direction below nullspace_threshold 1E-06; use a greater one.", failure.Message);
    }

    [Fact]
    public void Templates_are_sampled_from_starts_where_none_are_given()
    {
        using var result = Editor("memit").Apply(_model, [Tower], _context with { Templates = null, Settings = new Dictionary<string, string> { ["context_template_starts"] = "[\"Rome\",\"\"]", ["context_template_length"] = "6" } });

        var templates = result.Edits[0].Record.ContextTemplates;
        Assert.Equal("{}", templates[0]);
        Assert.StartsWith("Rome", templates[1], StringComparison.Ordinal);
        Assert.All(templates, template => Assert.EndsWith("{}", template, StringComparison.Ordinal));
    }

    private static IEditor Editor(string name)
    {
        // The tiny model's residual stream is small against the change that an answer needs.
        static T With<T>(T options)
            where T : BatchEditorOptions => options with { Layers = [0, 1], VNumGradSteps = 15, ClampNormFactor = 10, VWeightDecay = 0.01 };
        return name switch
        {
            "memit" => new MemitEditor(With(new MemitOptions { Mom2UpdateWeight = 0.1 })),
            "emmet" => new EmmetEditor(With(new EmmetOptions { Mom2UpdateWeight = 1, EmmetLambda = 0.01 })),
            _ => new AlphaEditEditor(With(new AlphaEditOptions { NullspaceThreshold = 0.6, L2 = 0.01 })),
        };
    }

    private string[] Names(params int[] layers) => [.. layers.Select(layer => _model.Transformer.DownProjection(layer).Name)];
}
