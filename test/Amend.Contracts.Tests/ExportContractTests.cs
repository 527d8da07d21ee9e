using Amend.Models;
using Amend.Models.Weights;
using Amend.Shipping;
using Amend.Shipping.Exporting;
using Amend.Tensors;
using Amend.Tensors.Files;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Contracts.Tests;

/// <summary>Edits of every family leave in every form for folders, and what comes out is the edited model.</summary>
[NoTensorLeaks]
public sealed class ExportContractTests
{
    private const string Prefix = "base_model.model.";

    public static TheoryData<string> AllKinds => GoldenCases.Rows(FamilyModel.All);

    [Theory]
    [MemberData(nameof(AllKinds))]
    public void An_exported_folder_loaded_again_has_the_edited_models_logits_bit_for_bit(string id)
    {
        using var scope = NewDisposeScope();
        using var folder = new TempFolder();
        using var model = FamilyModel.Load(id);
        using var edits = Edits(model);
        foreach (var edit in edits.Edits)
            model.Applied.Apply(edit.Id, edit.Effects);

        Export(id, edits, "hf", folder.File("out"));

        using var loaded = FamilyModel.LoadFolder(folder.File("out"));
        Assert.Equal(model.Weights.Hash(), loaded.BaseHash);
        TensorAssert.Equal("logits", FamilyModel.Logits(model), FamilyModel.Logits(loaded));
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public void A_model_on_disk_has_the_hash_of_the_loaded_one(string id)
    {
        using var model = FamilyModel.Load(id);
        using var half = FamilyModel.LoadFolder(GoldenCases.Find(id).Folder, ScalarType.BFloat16);
        using var stored = StoredModel.Open(GoldenCases.Find(id).Folder);

        Assert.Equal(model.BaseHash, stored.Hash(ScalarType.Float32));
        Assert.Equal(half.BaseHash, stored.Hash(ScalarType.BFloat16));
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public void The_factors_of_an_exported_adapter_are_the_change(string id)
    {
        using var scope = NewDisposeScope();
        using var folder = new TempFolder();
        using var model = FamilyModel.Load(id);
        using var edits = Edits(model, weight => weight.Place is null);
        Tensor Value() => model.Weights[edits.Weights[0]].Value.to(float64);
        var before = Value();
        foreach (var edit in edits.Edits)
            model.Applied.Apply(edit.Id, edit.Effects);

        Export(id, edits, "lora", folder.File("out"));

        var weight = Assert.Single(edits.Weights);
        using var file = SafeTensorsFile.Open(Path.Combine(folder.File("out"), "adapter_model.safetensors"));
        var module = Prefix + weight[..^".weight".Length];
        var change = file.Load($"{module}.lora_B.weight", ScalarType.Float64).matmul(file.Load($"{module}.lora_A.weight", ScalarType.Float64));
        Assert.InRange((before + change - Value()).norm().item<double>() / Value().norm().item<double>(), 0, 1e-6);
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public void No_adapter_is_made_of_a_weight_that_is_no_modules_in_the_files(string id)
    {
        using var folder = new TempFolder();
        using var model = FamilyModel.Load(id);
        using var edits = Edits(model);
        if (model.Weights[edits.Weights[0]].Place is not { } place)
            return;

        var failure = Assert.Throws<AmendException>(() => Export(id, edits, "lora", folder.File("out")));

        Assert.Equal(
            $"'{edits.Weights[0]}' is changed, which lies with others in '{place.Tensor}': that is no module's weight, as an adapter needs it; "
            + "write --to hf instead.", failure.Message);
    }

    private static ShippedEdits Edits(LanguageModel model, Func<ModelWeight, bool>? isWanted = null)
    {
        // The down projection, or in a mixture a weight of its last expert or its router.
        var last = model.Shape.Layers - 1;
        var weight = model.Transformer.HasDownProjection(model.Transformer.Stacks[^1], last)
            ? model.Transformer.DownProjection(last)
            : model.Transformer.Modules(last).Select(module => module.Weight).Last(isWanted ?? (_ => true));
        var shape = weight.Value.shape;
        return new ShippedEdits(
        [
            .. Enumerable.Range(1, 2).Select(seed => SampleEdits.Of(
                model.BaseHash, seed, (weight.Name, (IWeightDelta)SampleEdits.Delta(shape[0], shape[1], seed)))),
        ]);
    }

    private static void Export(string id, ShippedEdits edits, string form, string to)
    {
        using var stored = StoredModel.Open(GoldenCases.Find(id).Folder);
        BuiltInExporters.All.Find(form).Write(new ExportJob(stored, edits, to, new ExportOptions()));
    }
}
