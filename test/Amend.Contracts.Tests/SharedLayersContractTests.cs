using Amend.Editing;
using Amend.Editing.Editors;
using Amend.Models;
using Amend.Models.Taps;
using static TorchSharp.torch;

namespace Amend.Contracts.Tests;

/// <summary>Where layers share their weights, an edit of one layer's matrix is an edit of all its uses, and the model says so.</summary>
[NoTensorLeaks]
public sealed class SharedLayersContractTests
{
    private const string Prompt = "The cat sat on the mat.";

    public static TheoryData<string> Cases => GoldenCases.Rows(GoldenCases.At("families/albert_classification"));

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_model_says_which_layers_share_their_weights(string id)
    {
        using var model = FamilyModel.Load(id);

        Assert.Equal([0, 1, 2], model.Transformer.LayersWith(Stack.Encoder, model.Transformer.DownProjection(1).Name));
        Assert.Contains("Layers 0, 1, 2 share their weights: an edit of one of their matrices changes all of them.", model.Weights.Notes);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_edit_at_one_layer_changes_what_every_layer_gives_out_and_is_taken_back_bit_for_bit(string id)
    {
        using var scope = NewDisposeScope();
        using var model = FamilyModel.Load(id);
        var before = MapsOf(model);

        using var result = Edit(model, new EditContext { Layer = 2 });
        var after = MapsOf(model);
        result.Revert();

        Assert.Single(result.Edits.Single().AsWeights());
        Assert.All(before.Zip(after), pair => Assert.False(pair.First.equal(pair.Second).all().item<bool>()));
        Assert.All(before.Zip(MapsOf(model)), pair => TensorAssert.Equal("what a layer gives out", pair.First, pair.Second));
        Assert.Equal(model.BaseHash, model.Weights.Hash());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Several_layers_that_share_a_matrix_are_tuned_as_one(string id)
    {
        using var scope = NewDisposeScope();
        using var one = FamilyModel.Load(id);
        using var all = FamilyModel.Load(id);

        using var ofOne = Edit(one, new EditContext { Layer = 0 });
        using var ofAll = Edit(all, new EditContext { Settings = new Dictionary<string, string> { ["layers"] = "[0,1,2]" } });

        Assert.Equal(one.Weights.Hash(), all.Weights.Hash());
    }

    private static EditResult Edit(LanguageModel model, EditContext context) => BuiltInEditors.Find("ft").Apply(
        model, [EditRequest.From(Prompt, null, model.Classify(Prompt)[^1].Label)],
        context with { Settings = new Dictionary<string, string>(context.Settings) { ["num_steps"] = "2", ["lr"] = "0.01" } });

    /// <summary>What the MLP of each layer makes of the same key; the caller's scope owns it.</summary>
    private static List<Tensor> MapsOf(LanguageModel model)
    {
        using var none = no_grad();
        using var trace = model.Trace();
        var layers = Enumerable.Range(0, model.Shape.Layers).ToList();
        foreach (var layer in layers)
            trace.Replace(Site.MlpKey(layer).In(Stack.Encoder), value => ones_like(value)).Capture(Site.MlpOut(layer).In(Stack.Encoder));
        FamilyModel.Logits(model);
        return [.. layers.Select(layer => trace[Site.MlpOut(layer).In(Stack.Encoder)].clone())];
    }
}
