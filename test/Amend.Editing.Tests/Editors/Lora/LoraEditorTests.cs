using Amend.Editing.Editors.Lora;
using Amend.Editing.Workbench;
using Amend.Models.Scoring;
using Amend.Tensors;
using Amend.Tensors.LinearAlgebra;

namespace Amend.Editing.Tests.Editors.Lora;

[NoTensorLeaks]
public sealed class LoraEditorTests
{
    private static readonly EditRequest Tower = new("So they came to {}", "The Eiffel Tower", "Rome");
    private static readonly LoraOptions Small = new() { Rank = 2, LoraAlpha = 4, Lr = 1e-2, NumSteps = 60 };

    [Fact]
    public void The_trained_factors_are_the_change_of_each_target_module_and_raise_the_target()
    {
        using var folder = new TinyModelFolder();
        using var model = folder.Load();

        using var result = new LoraEditor(Small with { TargetModules = ["attn.c_attn", "mlp.c_proj"], Layers = [0, 2] }).Apply(model, [Tower], new EditContext());

        var edit = Assert.Single(result.Edits);
        Assert.Equal(4, edit.Deltas.Count);
        Assert.All(edit.Deltas.Values, delta => Assert.Equal(2, Assert.IsType<LowRankDelta>(delta).Rank));
        Assert.Equal(
            ["transformer.h.0.attn.c_attn.weight", "transformer.h.0.mlp.c_proj.weight", "transformer.h.2.attn.c_attn.weight", "transformer.h.2.mlp.c_proj.weight"],
            edit.Deltas.Keys.Order());
        Assert.InRange(edit.Record.ProbabilityAfter, 3 * edit.Record.ProbabilityBefore, 1);
    }

    [Fact]
    public void The_edited_model_is_the_one_that_the_training_ended_with()
    {
        using var folder = new TinyModelFolder();
        using var model = folder.Load();
        using var longer = new LoraEditor(Small with { NumSteps = 6 }).Apply(model, [Tower], new EditContext());
        longer.Revert();

        using var result = new LoraEditor(Small with { NumSteps = 5 }).Apply(model, [Tower], new EditContext());

        // A loss is taken before its step, so the sixth is that of five steps.
        Assert.Equal(longer.Edits[0].Record.Losses[5].Total, new TargetScorer(model).Score(Tower.FilledPrompt, Tower.TargetNew).MeanNll, 1e-4);
        Assert.False(result.Converged);
    }

    [Fact]
    public void Other_seeds_start_from_other_factors()
    {
        using var folder = new TinyModelFolder();
        using var model = folder.Load();
        string Edited(int seed)
        {
            using var result = new LoraEditor(Small with { NumSteps = 3 }).Apply(model, [Tower], new EditContext { Seed = seed });
            var hash = model.Weights.Hash();
            result.Revert();
            return hash;
        }

        Assert.NotEqual(Edited(1), Edited(2));
    }

    [Fact]
    public void A_bfloat16_model_is_trained_and_restored_too()
    {
        using var model = TinyModels.Gpt2(seed: 2, layers: 3, TorchSharp.torch.ScalarType.BFloat16);

        using var result = new LoraEditor(Small).Apply(model, [new EditRequest("The {} is in", "Tower", "Goa")], new EditContext());

        Assert.True(result.Edits[0].Record.ProbabilityAfter > 2 * result.Edits[0].Record.ProbabilityBefore);
        result.Revert();
        Assert.Equal(model.BaseHash, model.Weights.Hash());
    }

    [Fact]
    public void A_rank_over_the_smaller_side_is_refused()
    {
        using var folder = new TinyModelFolder();
        using var model = folder.Load();

        var failure = Assert.Throws<AmendException>(() => new LoraEditor(Small with { Rank = 17 }).Apply(model, [Tower], new EditContext()));

        Assert.Equal("Rank 17 was asked for 'transformer.h.0.mlp.c_proj.weight', which is 16 x 32; give a rank of at most 16.", failure.Message);
        Assert.Equal(model.BaseHash, model.Weights.Hash());
    }

    [Fact]
    public void Settings_out_of_range_are_named_at_once()
    {
        var failure = Assert.Throws<AmendException>(() => (Small with { Rank = 0, LoraAlpha = 0, Layers = [5] }).Validated("lora", layers: 3));

        Assert.Equal("The editor lora cannot edit with these settings: layers 5 were asked and the model has layers 0 to 2; rank is 0 and must be at least 1; lora_alpha is 0 and must be a number, above 0.", failure.Message);
    }
}
