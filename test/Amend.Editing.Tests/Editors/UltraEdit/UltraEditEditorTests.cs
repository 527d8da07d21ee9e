using Amend.Editing.Editors.UltraEdit;
using Amend.Editing.Stores;
using Amend.Editing.Workbench;
using Amend.Models;
using Amend.Models.Effects;
using Amend.Tensors;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.Editors.UltraEdit;

[NoTensorLeaks]
public sealed class UltraEditEditorTests
{
    private static readonly EditRequest Tower = new("So they came to {}", "The Eiffel Tower", "Rome");
    private static readonly EditRequest Sword = new("{} was made by", "D'Artagnan's sword", "New South Wales");
    private static readonly EditRequest Needle = new("{} is in", "The Space Needle", "Goa");
    private static readonly UltraEditOptions Plain = new() { Layers = [1, 2], Lr = 1e-2 };

    [Fact]
    public void A_step_lowers_the_loss_of_its_requests()
    {
        using var folder = new TinyModelFolder();
        using var model = folder.Load();

        using var result = new UltraEditEditor(Plain).Apply(model, [Tower, Sword], new EditContext());

        var record = Assert.Single(result.Edits).Record;
        Assert.True(record.ProbabilityAfter > record.ProbabilityBefore, $"{record.ProbabilityBefore} to {record.ProbabilityAfter}");
        Assert.Equal(2, result.Edits[0].Deltas.Count);
        Assert.Single(record.Losses);
    }

    [Fact]
    public void Factors_and_the_dense_form_are_the_same_change()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var (keys, slopes) = (randn([6, 8], generator: generator), randn([6, 5], generator: generator));
        var moments = RunningMoments.Measure(cat([keys, slopes], 1));

        using var dense = Assert.IsType<DenseDelta>(UltraEditUpdate.Compute(keys, slopes, moments, 0.1));
        using var factors = Assert.IsType<LowRankDelta>(UltraEditUpdate.Compute(keys.narrow(0, 0, 5), slopes.narrow(0, 0, 5), moments, 0.1));
        using var again = UltraEditUpdate.Compute(cat([keys.narrow(0, 0, 5), zeros(1, 8)]), cat([slopes.narrow(0, 0, 5), zeros(1, 5)]), moments, 0.1);

        Assert.Equal([5, 8], dense.Shape);
        // A key of zeros is written nothing, so that the sixth row adds nothing.
        TensorAssert.CloseRelative("change", factors.ToDense(), Assert.IsType<DenseDelta>(again).Value, 1e-5);
    }

    [Fact]
    public void Moments_of_parts_are_those_of_the_whole_where_the_reference_s_factor_is_taken_out()
    {
        using var scope = NewDisposeScope();
        var rows = arange(12, dtype: float32).view(6, 2).square();

        var parts = RunningMoments.Measure(rows.narrow(0, 0, 1)).With(RunningMoments.Measure(rows.narrow(0, 1, 1)));

        Assert.Equal(2, parts.Count);
        Assert.Equal(rows.narrow(0, 0, 2).mean([0]).to(float64).data<double>().ToArray(), parts.Mean);
        Assert.Equal(rows.narrow(0, 0, 2).to(float64).std(0, unbiased: true).data<double>().ToArray(), parts.Deviation);
        Assert.Equal(parts, RunningMoments.None.With(parts));
        Assert.Equal(parts, parts.With(RunningMoments.None));
    }

    [Fact]
    public void Later_edits_are_normalised_over_those_that_are_still_applied()
    {
        using var folder = new TinyModelFolder();
        using var model = folder.Load();
        var editor = new UltraEditEditor(Plain);
        var alone = Second(editor, model);

        using var first = editor.Apply(model, [Tower], new EditContext());
        var applied = model.Weights.Hash();
        var remembered = Second(editor, model);
        using var forgetful = folder.Load();
        forgetful.Applied.Apply("no memory", [.. first.Edits[0].Effects.OfType<WeightEffect>()]);
        var forgotten = Second(editor, forgetful);

        Assert.Equal(applied, model.Weights.Hash());
        Assert.NotEqual(forgotten, remembered);
        first.Revert();
        Assert.Equal(alone, Second(editor, model));
    }

    [Fact]
    public void A_model_with_stored_edits_goes_on_as_the_one_that_made_them_also_after_one_was_taken_back()
    {
        using var folder = new TinyModelFolder();
        using var model = folder.Load();
        var (editor, store) = (new UltraEditEditor(Plain), new EditStore(model, folder.Home));
        using var first = editor.Apply(model, [Tower], new EditContext());
        using var between = editor.Apply(model, [Tower with { TargetNew = "Goa" }], new EditContext());
        using var last = editor.Apply(model, [Needle], new EditContext());
        foreach (var made in new[] { first, between, last })
            store.Add(made.Edits[0]);
        between.Revert();
        store.Revert(between.Edits[0].Id);

        using var later = folder.Load();
        store.ApplyTo(later, store.Applied);

        Assert.Equal(model.Weights.Hash(), later.Weights.Hash());
        Assert.Equal(Second(editor, model), Second(editor, later));
    }

    [Fact]
    public void One_written_token_alone_is_refused_unless_all_tokens_are_normalised_over()
    {
        using var folder = new TinyModelFolder();
        using var model = folder.Load();
        var word = Enumerable.Range(0, model.Tokenizer.VocabularySize).Select(id => model.Tokenizer.Decode([id]))
            .First(text => text.Length > 2 && text[0] == ' ' && model.Tokenize(text).Ids.Count == 1);
        var one = Tower with { TargetNew = word };

        var failure = Assert.Throws<AmendException>(() => new UltraEditEditor(Plain).Apply(model, [one], new EditContext()));

        Assert.Equal("UltraEdit normalises over the written tokens of all edits, and there is only one; give several requests together, or normalize_over=all.", failure.Message);
        Assert.Equal(model.BaseHash, model.Weights.Hash());
        using var result = new UltraEditEditor(Plain with { NormalizeOver = NormalizeOver.All }).Apply(model, [one], new EditContext());
        Assert.NotEqual(model.BaseHash, model.Weights.Hash());
    }

    [Fact]
    public void Settings_out_of_range_are_named_at_once()
    {
        var failure = Assert.Throws<AmendException>(() => new UltraEditOptions { Lr = 0 }.Validated("ultraedit", layers: 3));

        Assert.Equal("The editor ultraedit cannot edit with these settings: there is no preset with layers for a model of this size, so name one of 0 to 2 with --layer; lr is 0 and must be a number, above 0.", failure.Message);
    }

    /// <summary>The weights' hash after one more edit, which is taken back again.</summary>
    private static string Second(UltraEditEditor editor, LanguageModel model)
    {
        using var second = editor.Apply(model, [Sword], new EditContext());
        var hash = model.Weights.Hash();
        second.Revert();
        return hash;
    }
}
