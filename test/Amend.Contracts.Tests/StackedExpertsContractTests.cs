using System.Text.RegularExpressions;
using Amend.Editing;
using Amend.Editing.Editors;
using Amend.Editing.Homes;
using Amend.Editing.Stores;
using Amend.Models;
using Amend.Models.Scoring;
using Amend.Models.Taps;
using Amend.Shipping;
using Amend.Shipping.Exporting;
using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Contracts.Tests;

/// <summary>
/// Experts that a checkpoint holds in two tensors are the same parameters as experts with tensors of their own: edits by either name
/// are the same values, and leave in the checkpoint's own layout.
/// </summary>
[NoTensorLeaks]
public sealed partial class StackedExpertsContractTests : IDisposable
{
    private const string Prompt = "The cat sat on";

    private readonly TempFolder _folder = new();

    /// <summary>Mixtures whose experts have tensors of their own.</summary>
    public static TheoryData<string> Separate => GoldenCases.Rows(FamilyModel.Mixtures.Where(golden => golden.Name is
        "mixtral" or "qwen2_moe" or "qwen3_moe" or "deepseek_v2" or "deepseek_v3"));

    /// <summary>Mixtures that are published in two tensors, and editors that tune matrices by name.</summary>
    public static TheoryData<string, string> StackedAndTuners => new(
        from golden in FamilyModel.Mixtures
        where golden.Name is "gpt_oss" or "granitemoe" or "mixtral_fused" or "qwen2_moe_fused" or "qwen3_moe_fused"
        from editor in (string[])["ft", "ft-l", "locft-bf", "ft-ewc", "ft-retrain", "lora"]
        select (golden.Id, editor));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Separate))]
    public void A_checkpoint_in_two_tensors_is_the_same_model_bit_for_bit(string id)
    {
        using var model = FamilyModel.Load(id);
        using var scope = NewDisposeScope();
        var golden = GoldenCases.Find(id);
        WriteStacked(golden);

        using var stacked = FamilyModel.LoadFolder(_folder.Path);
        using var stored = StoredModel.Open(_folder.Path);

        Assert.Equal(model.BaseHash, stacked.BaseHash);
        Assert.Equal(model.BaseHash, stored.Hash(ScalarType.Float32));
        TensorAssert.Equal("logits", FamilyModel.Logits(model), FamilyModel.Logits(stacked));
        stacked.Weights.Save(_folder.File("model.safetensors"), ScalarType.Float32);
        using var again = FamilyModel.LoadFolder(_folder.Path);
        Assert.Equal(model.BaseHash, again.BaseHash);
    }

    [Theory]
    [MemberData(nameof(Separate))]
    public void An_edit_of_an_expert_by_name_is_one_of_the_same_expert_in_two_tensors(string id)
    {
        WriteStacked(GoldenCases.Find(id));
        using var model = FamilyModel.Load(id);
        using var stacked = FamilyModel.LoadFolder(_folder.Path);
        var (layer, module) = ChosenDown(model);
        var store = new EditStore(model, new AmendHome(_folder.File("home")));

        using var result = Tune(model, "ft", layer, module);
        store.Add(result.Edits.Single());
        new EditStore(stacked, new AmendHome(_folder.File("home"))).ApplyTo(stacked, store.Applied);

        Assert.Equal(model.Weights.Hash(), stacked.Weights.Hash());
        stacked.Applied.RevertAll();
        Assert.Equal(stacked.BaseHash, stacked.Weights.Hash());
    }

    [Theory]
    [MemberData(nameof(StackedAndTuners))]
    public void Experts_in_two_tensors_are_tuned_by_name_kept_taken_back_and_exported_in_their_layout(string id, string editor)
    {
        using var model = FamilyModel.Load(id);
        var (layer, module) = ChosenDown(model);
        var before = new TargetScorer(model).Score(Prompt, "x").LogProbability;
        using var result = Tune(model, editor, layer, module);
        Assert.True(new TargetScorer(model).Score(Prompt, "x").LogProbability > before, $"{editor} did not make the target likelier.");
        var edit = result.Edits.Single();
        var changed = Assert.Single(edit.Deltas.Keys);
        Assert.EndsWith($".{module}.weight", changed, StringComparison.Ordinal);
        var edited = model.Weights.Hash();

        var store = new EditStore(model, new AmendHome(_folder.File("home")));
        store.Add(edit);
        result.Revert();
        Assert.Equal(model.BaseHash, model.Weights.Hash());
        store.ApplyTo(model, store.Applied);
        Assert.Equal(edited, model.Weights.Hash());

        var source = GoldenCases.Find(id).Folder;
        using var stored = StoredModel.Open(source);
        using var edits = new ShippedEdits([store.Load(edit.Id)]);
        BuiltInExporters.All.Find("hf").Write(new ExportJob(stored, edits, _folder.File("out"), new ExportOptions()));
        using var was = Checkpoint.Open(source);
        using var isNow = Checkpoint.Open(_folder.File("out"));
        Assert.Equal(was.Names, isNow.Names);
        Assert.Equal([stored.Weight(changed).NameInFile], was.Names.Where(name => !Same(was, isNow, name)));
        using var loaded = FamilyModel.LoadFolder(_folder.File("out"));
        Assert.Equal(edited, loaded.BaseHash);
    }

    [Theory]
    [MemberData(nameof(StackedAndTuners))]
    public void All_experts_are_tuned_by_the_name_of_the_tensor_that_holds_them(string id, string editor)
    {
        using var model = FamilyModel.Load(id);
        var (layer, module) = ChosenDown(model);
        var tensor = model.Weights.All.Single(weight => weight.Name.EndsWith($"layers.{layer}.{module}.weight", StringComparison.Ordinal)).Place!.Tensor;

        using var result = Tune(model, editor, layer, tensor.Split($"layers.{layer}.")[1].Replace(".weight", ""));

        Assert.All(result.Edits.Single().Deltas.Keys, weight => Assert.Equal(tensor, model.Weights[weight].Place!.Tensor));
        Assert.Equal(model.Weights.All.Count(weight => weight.NameInFile == tensor), result.Edits.Single().Deltas.Count);
        result.Revert();
        Assert.Equal(model.BaseHash, model.Weights.Hash());
    }

    private static EditResult Tune(LanguageModel model, string editor, int layer, string module)
    {
        using var means = new EditingMeans(model);
        var context = TinyEdits.Context(editor, means);
        var settings = new Dictionary<string, string>(context.Settings) { ["target_modules"] = $"[\"{module}\"]" };
        return BuiltInEditors.Find(editor).Apply(model, [new EditRequest(Prompt, null, "x")], context with { Layer = layer, Settings = settings });
    }

    /// <summary>The last mixture of a model, and the down projection of the expert that the prompt's last token chooses first.</summary>
    private static (int Layer, string Module) ChosenDown(LanguageModel model)
    {
        var layer = Enumerable.Range(0, model.Shape.Layers).Last(layer => !model.Transformer.HasDownProjection(Stack.Decoder, layer));
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        using var trace = new Trace(model.Transformer.Taps).Capture(Site.ExpertChoice(layer));
        model.Logits(Models.Shapes.TokenBatch.Pad([model.Tokenize(Prompt).Ids], padding: 0));
        var expert = trace[Site.ExpertChoice(layer)][0, -1, 0].item<long>();
        return (layer, model.Transformer.Modules(layer).Last(module => module.Name.Contains($".experts.{expert}.", StringComparison.Ordinal)).Name);
    }

    /// <summary>Writes a mixture with its experts in two tensors, as transformers 5 has them in memory.</summary>
    private void WriteStacked(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        using var tensors = golden.Tensors("model.safetensors");
        var experts = tensors.Names.Select(name => ExpertsMatrix().Match(name)).Where(match => match.Success).ToLookup(match => match.Groups[1].Value);
        Tensor All(string block, params string[] kinds) => stack(
        [
            .. from match in experts[block]
               group match by int.Parse(match.Groups[2].Value) into one
               orderby one.Key
               select cat([.. kinds.SelectMany(kind => one.Where(match => match.Groups[3].Value == kind)).Select(match => tensors[match.Value])]),
        ]);
        var names = tensors.Names.Where(name => !ExpertsMatrix().IsMatch(name));
        SafeTensorsWriter.Write(_folder.File("model.safetensors"),
        [
            .. names.Select(name => (InTwo(name), tensors[name])),
            .. experts.Select(block => ($"{InTwo(block.Key)}.gate_up_proj", All(block.Key, "w1", "w3", "gate_proj", "up_proj"))),
            .. experts.Select(block => ($"{InTwo(block.Key)}.down_proj", All(block.Key, "w2", "down_proj"))),
        ]);
        File.Copy(golden.File("config.json"), _folder.File("config.json"));
    }

    private static string InTwo(string name) => name.Replace("block_sparse_moe", "mlp");

    private static bool Same(Checkpoint before, Checkpoint after, string name)
    {
        using var scope = NewDisposeScope();
        return before.Load(name).eq(after.Load(name)).all().item<bool>();
    }

    [GeneratedRegex(@"^(.*\.experts)\.(\d+)\.(\w+)\.weight$")]
    private static partial Regex ExpertsMatrix();
}
