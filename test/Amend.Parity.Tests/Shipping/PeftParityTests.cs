using System.Text.Json;
using Amend.Models;
using Amend.Models.Shapes;
using Amend.Shipping;
using Amend.Shipping.Exporting;
using Amend.Shipping.Importing;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Parity.Tests.Shipping;

/// <summary>Adapters as PEFT writes them, imported: merged weights and logits are PEFT's. Given changes, exported and imported again.</summary>
[NoTensorLeaks]
[Trait("kind", "parity")]
public sealed class PeftParityTests
{
    private const string Merged = "merged.";
    private const string Change = "delta.";

    public static TheoryData<string> Cases => GoldenCases.Rows(GoldenCases.Under("peft"));

    public static TheoryData<string> Changes =>
        GoldenCases.Rows(GoldenCases.Under("peft").Where(golden => golden.Name.StartsWith("delta_", StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_imported_adapter_gives_the_merged_weights_and_the_logits_of_PEFT(string id) =>
        Compare(GoldenCases.Find(id), GoldenCases.Find(id).Folder);

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_given_change_that_is_exported_as_an_adapter_gives_the_logits_of_PEFT(string id)
    {
        var golden = GoldenCases.Find(id);
        using var folder = new TempFolder();

        Export(golden, folder.File("out"));

        Compare(golden, folder.File("out"));
    }

    /// <summary>Exports the case's changes, which are given whole, as factors of the ranks that they have.</summary>
    private static void Export(GoldenCase golden, string to)
    {
        using var scope = NewDisposeScope();
        using var expected = golden.Tensors("expected.safetensors");
        using var stored = StoredModel.Open(BaseOf(golden));
        using var edits = new ShippedEdits([SampleEdits.Of("base", 0,
        [
            .. from name in expected.Names
               where name.StartsWith(Change, StringComparison.Ordinal)
               select (name[Change.Length..], (IWeightDelta)new DenseDelta(AsLoaded(stored, name[Change.Length..], expected[name]))),
        ])]);

        var outcome = BuiltInExporters.All.Find("lora").Write(new ExportJob(stored, edits, to, new ExportOptions { Rank = MostRank(golden) }));

        Assert.All(outcome.Changed, weight => Assert.InRange(weight.Rounding, 0, 1e-6));
    }

    private static int MostRank(GoldenCase golden)
    {
        var config = golden.Json("adapter_config.json");
        var rank = config.GetProperty("r").GetInt32();
        return config.TryGetProperty("rank_pattern", out var others)
            ? others.EnumerateObject().Select(other => other.Value.GetInt32()).Append(rank).Max()
            : rank;
    }

    private static void Compare(GoldenCase golden, string adapter)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        using var expected = golden.Tensors("expected.safetensors");
        using var model = LanguageModel.Load(BaseOf(golden));
        using var stored = StoredModel.Open(BaseOf(golden));
        using var edit = BuiltInImporters.All.First(one => one.Reads(adapter)).Read(new ImportJob(adapter, stored, model.BaseHash, []));

        model.Applied.Apply(edit.Id, edit.Effects);

        var (said, merged) = (golden.Json("expected.json"), expected.Names.Where(name => name.StartsWith(Merged, StringComparison.Ordinal)).ToList());
        Assert.NotEmpty(merged);
        Assert.All(merged, name => TensorAssert.Close(
            name,
            AsLoaded(stored, name[Merged.Length..], expected[name]),
            model.Weights[name[Merged.Length..]].Value,
            said.GetProperty("suggested_abs_tolerance_merged").GetDouble()));
        var inputs = GoldenCases.At(said.GetProperty("base_model").GetString()!)[0].Json("inputs.json");
        Assert.All(["A", "B"], prompt => TensorAssert.Close(
            prompt,
            expected[$"{prompt}.logits"],
            model.Logits(TokenBatch.Pad([Ids(inputs.GetProperty(prompt))], padding: 0))[0],
            said.GetProperty("suggested_abs_tolerance").GetDouble()));
    }

    private static int[] Ids(JsonElement prompt) => [.. prompt.EnumerateArray().Select(id => id.GetInt32())];

    private static string BaseOf(GoldenCase golden) => golden.Shared(golden.Json("expected.json").GetProperty("base_model").GetString()!);

    /// <summary>A weight in the layout of its file as a model has it.</summary>
    private static Tensor AsLoaded(StoredModel stored, string weight, Tensor value) =>
        stored.Weight(weight).StoredTransposed ? value.t() : value;
}
