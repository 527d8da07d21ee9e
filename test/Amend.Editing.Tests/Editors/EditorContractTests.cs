using System.Text.Json;
using Amend.Editing.Editors;
using Amend.Models;
using Amend.Models.Generation;
using Amend.Models.Taps;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.Editors;

/// <summary>What every editor promises, whatever its method.</summary>
[NoTensorLeaks]
public sealed class EditorContractTests
{
    private static readonly EditRequest Tower = new("So they came to {}", "The Eiffel Tower", "Rome") { TargetTrue = "New South Wales" };
    private static readonly EditRequest Sword = new("{} was made by", "D'Artagnan's sword", "New South Wales") { TargetTrue = "Goa" };

    /// <summary>What an editor needs besides a layer to edit a tiny model.</summary>
    private static readonly Dictionary<string, string> Needs = new()
    {
        ["rome"] = "mom2_adjustment=false;context_template_length_params=[[5,2]];v_num_grad_steps=4",
        ["ft-l"] = "norm_constraint=1e-2",
        ["memit"] = "context_template_length=5;v_num_grad_steps=4",
        ["emmet"] = "context_template_length=5;v_num_grad_steps=4",
        ["alphaedit"] = "context_template_length=5;v_num_grad_steps=4;nullspace_threshold=0.6",
        ["lora"] = "rank=2",
        ["ultraedit"] = "normalize_over=all;lr=1e-2",
        ["grace"] = "n_iter=5",
        ["defer"] = "n_iter=5",
        ["memory"] = "n_iter=5;keys=4",
    };

    public static TheoryData<string> All => [.. BuiltInEditors.All.Where(editor => editor is not NoEdit).Select(editor => editor.Name)];

    public static TheoryData<string> OfWeights => [.. BuiltInEditors.All.Where(editor => editor is not NoEdit && !KeepsWeights(editor.Info)).Select(editor => editor.Name)];

    /// <summary>Each editor with the first, a middle and the last of its reports.</summary>
    public static TheoryData<string, double> Stops => new(
        from editor in BuiltInEditors.All.Where(editor => editor is not NoEdit)
        from place in (double[])[0, 0.5, 1]
        select (editor.Name, place));

    [Theory]
    [MemberData(nameof(All))]
    public void Edits_are_reverted_in_any_order_to_the_base_hash_and_leave_no_gradients(string name)
    {
        using var folder = new TinyModelFolder();
        using var model = folder.Load();
        using var means = new EditingMeans(model);
        var context = Context(name, means);

        using var first = BuiltInEditors.Find(name).Apply(model, [Tower], context);
        using var second = BuiltInEditors.Find(name).Apply(model, [Sword], context);

        var info = BuiltInEditors.Find(name).Info;
        Assert.Equal((info.Adapts, info.PutsInFront), (model.Applied.HasAdaptors, model.Applied.HasPreamble));
        Assert.Equal(KeepsWeights(info), model.Weights.Hash() == model.BaseHash);
        Assert.Equal(first.Edits.Concat(second.Edits).Select(edit => edit.Id), model.Applied.Ids);
        Assert.All(first.Edits, edit => Assert.Equal(name, edit.Record.Editor));
        Assert.Equal(model.Applied.Ids.Take(1), second.Edits[0].Record.AppliedBefore);
        AssertNoGradients(model);
        Assert.True(is_grad_enabled());
        first.Revert();
        Assert.Equal([second.Edits[0].Id], model.Applied.Ids);
        second.Revert();
        Assert.Equal(model.BaseHash, model.Weights.Hash());
        Assert.False(model.Applied.HasAdaptors || model.Applied.HasPreamble);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Requests_together_are_one_edit_where_the_editor_says_so_and_in_turn_where_not(string name)
    {
        using var folder = new TinyModelFolder();
        using var model = folder.Load();
        using var means = new EditingMeans(model);
        var editor = BuiltInEditors.Find(name);

        using var result = editor.Apply(model, [Tower, Sword], Context(name, means));

        Assert.Equal(editor.Info.Batch ? 1 : 2, result.Edits.Count);
        Assert.Equal([Tower, Sword], result.Edits.SelectMany(edit => edit.Record.TogetherWith.Prepend(edit.Record.Request)));
        result.Revert();
        Assert.Equal(model.BaseHash, model.Weights.Hash());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Wrong_requests_and_settings_are_refused_in_a_sentence_and_change_nothing(string name)
    {
        using var folder = new TinyModelFolder();
        using var model = folder.Load();
        using var means = new EditingMeans(model);
        var editor = BuiltInEditors.Find(name);
        var unknown = new EditContext { Settings = new Dictionary<string, string> { ["v_rl"] = "1" } };
        var outside = Context(name, means) with { Layer = TinyModelFolder.Layers };

        Refuses(() => editor.Apply(model, [], Context(name, means)), "No edit of 'tiny' was requested");
        Refuses(() => editor.Apply(model, [Tower, Sword with { TargetNew = " " }], Context(name, means)), "is empty");
        Refuses(() => editor.Apply(model, [Tower with { Prompt = "no place" }], Context(name, means)), "0 places");
        Refuses(() => editor.Apply(model, [Tower], unknown), "There is no setting 'v_rl'");
        Refuses(() => editor.Check(model, unknown), "There is no setting 'v_rl'");
        Refuses(() => editor.Apply(model, [Tower], outside), "has layers 0 to 2");

        Assert.Empty(model.Applied.Ids);
        Assert.Equal(model.BaseHash, model.Weights.Hash());
        AssertNoGradients(model);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_target_that_the_model_gives_already_can_be_edited_where_that_is_asked(string name)
    {
        using var folder = new TinyModelFolder();
        using var model = folder.Load();
        using var means = new EditingMeans(model);
        var present = Tower with { TargetNew = model.Complete(Tower.FilledPrompt, new GenerationOptions { MaxNewTokens = 2 }) + "." };

        using var result = BuiltInEditors.Find(name).Apply(model, [present], Context(name, means) with { EvenIfAnswered = true });

        result.Revert();

        Assert.Equal(model.BaseHash, model.Weights.Hash());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Broken_weights_are_reported_and_stay_as_they_are(string name)
    {
        using var folder = new TinyModelFolder();
        using var model = folder.Load();
        using var means = new EditingMeans(model);
        using (no_grad())
            model.Transformer.DownProjection(1).Value.fill_(float.NaN);
        var before = model.Weights.Hash();

        var failure = Assert.ThrowsAny<Exception>(() => BuiltInEditors.Find(name).Apply(model, [Tower], Context(name, means)));

        Assert.True(failure is AmendException or ArithmeticException, failure.ToString());
        Assert.EndsWith(".", failure.Message, StringComparison.Ordinal);
        Assert.Empty(model.Applied.Ids);
        Assert.Equal(before, model.Weights.Hash());
        AssertNoGradients(model);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_failure_on_the_way_leaves_the_model_as_it_was(string name)
    {
        using var folder = new TinyModelFolder();
        using var model = folder.Load();
        using var means = new EditingMeans(model);
        var passes = 0;
        using (var trace = model.Trace())
        {
            trace.Replace(Site.BlockOut(2), value => ++passes > 2 ? throw new TimeoutException("The model does not answer.") : value);

            Assert.Throws<TimeoutException>(() => BuiltInEditors.Find(name).Apply(model, [Tower, Sword], Context(name, means)));
        }

        Assert.Empty(model.Applied.Ids);
        Assert.Equal(model.BaseHash, model.Weights.Hash());
        AssertNoGradients(model);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_same_seed_gives_the_same_edit(string name)
    {
        using var folder = new TinyModelFolder();
        using var model = folder.Load();
        using var means = new EditingMeans(model);
        string Edited()
        {
            using var result = BuiltInEditors.Find(name).Apply(model, [Tower, Sword], Context(name, means));
            var edited = $"{model.Weights.Hash()} {string.Join(' ', result.Edits.Select(edit => edit.Record.ProbabilityAfter))}";
            result.Revert();
            return edited;
        }

        Assert.Equal(Edited(), Edited());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void What_an_editor_is_and_its_settings_can_be_told(string name)
    {
        using var folder = new TinyModelFolder();
        using var model = folder.Load();
        var editor = BuiltInEditors.Find(name);

        Assert.Matches(@"\d{4}", editor.Info.Paper);
        Assert.False(string.IsNullOrWhiteSpace(editor.Info.Title));
        Assert.Contains(editor.Info.Class, EditorClass.All);
        Assert.False(string.IsNullOrWhiteSpace(editor.Info.Writes));
        Assert.NotEmpty(editor.Settings(null));
        Assert.Equal(editor.Settings(null).Select(setting => setting.Key), editor.Settings(model).Select(setting => setting.Key));
    }

    [Theory]
    [MemberData(nameof(OfWeights))]
    public void Updates_are_post_processed_before_they_are_applied_and_the_record_says_so(string name)
    {
        using var folder = new TinyModelFolder();
        using var model = folder.Load();
        using var means = new EditingMeans(model);
        var context = Context(name, means);
        var rect = context with { Settings = new Dictionary<string, string>(context.Settings) { ["post"] = "rect:0.02" } };
        var wrong = context with { Settings = new Dictionary<string, string>(context.Settings) { ["post"] = "square" } };
        string Post(EditContext settings, out double share)
        {
            using var scope = NewDisposeScope();
            using var result = BuiltInEditors.Find(name).Apply(model, [Tower], settings);
            var weight = result.Edits[0].Deltas.Keys.First(key => model.Weights[key].Value.dim() == 2);
            share = (model.Weights[weight].Value != model.Applied.BaseOf(weight)).to(float32).mean().item<float>();
            result.Revert();
            return (string)result.Edits[0].Record.Settings["post"]!;
        }

        Assert.Equal("", Post(context, out var plain));
        Assert.Equal("rect:0.02", Post(rect, out var kept));
        Refuses(() => BuiltInEditors.Find(name).Check(model, wrong), "No post-processor is named 'square'");

        Assert.InRange(kept, plain / 100, plain * 0.5);
        Assert.Equal(model.BaseHash, model.Weights.Hash());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void An_edit_tells_what_it_does_and_how_far_it_is(string name)
    {
        using var folder = new TinyModelFolder();
        using var model = folder.Load();
        using var means = new EditingMeans(model);
        var told = new Told();

        using var result = BuiltInEditors.Find(name).Apply(model, [Tower, Sword], Context(name, means) with { Progress = told });

        Assert.True(told.Reports.Count > 3, $"{told.Reports.Count} reports");
        Assert.All(told.Reports, report => Assert.InRange(report.Done, 0, report.Of));
        Assert.All(told.Reports, report => Assert.Matches("^[a-z ]+$", report.What));
        Assert.All(told.Reports.GroupBy(report => (report.What, report.Of)), stage => Assert.True(result.Edits.Count > 1 || stage.Select(at => at.Done).Order().SequenceEqual(stage.Select(at => at.Done))));
    }

    [Theory]
    [MemberData(nameof(Stops))]
    public void An_edit_that_is_stopped_ends_at_once_and_leaves_nothing(string name, double place)
    {
        using var folder = new TinyModelFolder();
        using var model = folder.Load();
        using var means = new EditingMeans(model);
        var (editor, context, all) = (BuiltInEditors.Find(name), Context(name, means), new Told());
        using (var whole = editor.Apply(model, [Tower, Sword], context with { Progress = all }))
            whole.Revert();
        using var stop = new CancellationTokenSource();
        var last = (int)(place * (all.Reports.Count - 1)) + 1;
        var stopping = new Told { Last = last, Stop = stop };

        Assert.Throws<OperationCanceledException>(() => editor.Apply(model, [Tower, Sword], context with { Progress = stopping, Stop = stop.Token }));

        Assert.Equal(all.Reports.Take(last), stopping.Reports);
        Assert.Empty(model.Applied.Ids);
        Assert.Equal(model.BaseHash, model.Weights.Hash());
        AssertNoGradients(model);
        Assert.True(is_grad_enabled());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void An_edit_that_is_stopped_before_it_begins_asks_the_model_nothing(string name)
    {
        using var folder = new TinyModelFolder();
        using var model = folder.Load();
        using var means = new EditingMeans(model);
        using var trace = model.Trace();
        trace.Replace(Site.BlockOut(0), _ => throw new InvalidOperationException("The model was asked."));

        Assert.Throws<OperationCanceledException>(
            () => BuiltInEditors.Find(name).Apply(model, [Tower], Context(name, means) with { Stop = new CancellationToken(canceled: true) }));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_number_out_of_all_range_is_refused_in_a_sentence_that_names_the_setting(string name)
    {
        using var folder = new TinyModelFolder();
        using var model = folder.Load();
        using var means = new EditingMeans(model);
        foreach (var setting in Numbers(name))
        {
            foreach (var value in (string[])["1e38", "-1e38", "1e400", "NaN"])
                Refuses(() => BuiltInEditors.Find(name).Check(model, With(Context(name, means), setting, value)), setting);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_greatest_numbers_that_are_allowed_give_an_edit_or_a_sentence(string name)
    {
        using var folder = new TinyModelFolder();
        using var model = folder.Load();
        using var means = new EditingMeans(model);
        var editor = BuiltInEditors.Find(name);
        foreach (var setting in Numbers(name))
        {
            var most = ((string[])["1e9", "1000", "100", "0.999"]).Select(value => With(Context(name, means), setting, value)).First(context => IsAllowed(editor, model, context));
            try
            {
                using var result = editor.Apply(model, [Tower, Sword], most with { FreeMemory = _ => null });
                result.Revert();
            }
            catch (Exception failure) when (failure is AmendException or ArithmeticException)
            {
                Assert.EndsWith(".", failure.Message, StringComparison.Ordinal);
            }

            Assert.Equal(model.BaseHash, model.Weights.Hash());
        }
    }

    private static bool KeepsWeights(EditorInfo info) => info.Adapts || info.PutsInFront;

    /// <summary>The settings that are numbers and no counts, which would only take long.</summary>
    private static IEnumerable<string> Numbers(string name) =>
        from setting in BuiltInEditors.Find(name).Settings(null)
        where setting.Value?.GetValueKind() == JsonValueKind.Number && !setting.Key.EndsWith("layer", StringComparison.Ordinal)
        where !setting.Key.Contains("steps", StringComparison.Ordinal) && !setting.Key.Contains("size", StringComparison.Ordinal)
        where setting.Key is not ("rank" or "context_template_length")
        select setting.Key;

    private static EditContext With(EditContext context, string setting, string value) =>
        context with { Settings = new Dictionary<string, string>(context.Settings) { [setting] = value } };

    private static bool IsAllowed(IEditor editor, LanguageModel model, EditContext context)
    {
        try
        {
            editor.Check(model, context);
            return true;
        }
        catch (AmendException)
        {
            return false;
        }
    }

    private static EditContext Context(string name, EditingMeans means) => new()
    {
        Layer = EditingMeans.UsesNetwork(name) ? null : 1,
        Seed = 5,
        InTurn = true,
        Statistics = means.Statistics,
        Networks = means.NetworksFor(name),
        Settings = Needs.GetValueOrDefault(name, "").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(setting => setting.Split('=')).ToDictionary(parts => parts[0], parts => parts[1]),
    };

    private static void Refuses(Action act, string part)
    {
        var failure = Assert.Throws<AmendException>(act);
        Assert.Contains(part, failure.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", failure.Message, StringComparison.Ordinal);
    }

    private static void AssertNoGradients(LanguageModel model) =>
        Assert.All(model.Weights.All, weight => Assert.False(weight.Value.requires_grad || weight.Value.grad is not null, weight.Name));

    /// <summary>Keeps what an editor tells, and asks it to stop at one report.</summary>
    private sealed class Told : IProgress<EditProgress>
    {
        public List<EditProgress> Reports { get; } = [];

        public int? Last { get; init; }

        public CancellationTokenSource? Stop { get; init; }

        public void Report(EditProgress value)
        {
            Reports.Add(value);
            if (Reports.Count == Last)
                Stop!.Cancel();
        }
    }
}
