using Amend.Editing;
using Amend.Editing.Editors;
using Amend.Editing.Editors.Rome;
using Amend.Editing.KeyValue;
using Amend.Editing.Templates;
using Amend.Models;
using Amend.Models.Passes;
using Amend.Models.Scoring;
using Amend.Models.Subjects;
using Amend.Models.Taps;
using Amend.Tensors;
using TorchSharp;

namespace Amend.Contracts.Tests;

/// <summary>
/// What editors do with mixtures of experts: those of keys and values write the experts that the subject's last token chooses, those of one
/// down projection refuse, those that tune matrices take them by name.
/// </summary>
[NoTensorLeaks]
public sealed class MixtureContractTests
{
    private const string Prompt = "The cat sat on";

    private static readonly string[] OfOneDownProjection = ["kn", "ultraedit", "grace", "defer", "memory"];

    public static TheoryData<string, string> FamiliesAndEditors => new(
        from golden in FamilyModel.Mixtures
        from editor in OfOneDownProjection
        select (golden.Id, editor));

    public static TheoryData<string> All => GoldenCases.Rows(FamilyModel.Mixtures);

    public static TheoryData<string, string, string> FamiliesAndTuners => new(
        from golden in FamilyModel.Mixtures
        from editor in (string[])["ft", "lora"]
        from module in (string[])["o_proj", "all-linear"]
        select (golden.Id, editor, module));

    public static TheoryData<string> Experts => GoldenCases.Rows(FamilyModel.Mixtures.Where(golden => golden.Name is "mixtral" or "deepseek_v3"));

    [Theory]
    [MemberData(nameof(FamiliesAndEditors))]
    public void An_editor_of_one_down_projection_refuses_a_mixture_in_one_sentence(string family, string name)
    {
        using var model = FamilyModel.Load(family);
        using var means = new EditingMeans(model);
        var layer = MixtureLayer(model);
        var context = TinyEdits.Context(name, means) with { Layer = layer };

        var failure = Assert.Throws<AmendException>(() => BuiltInEditors.Find(name).Apply(model, [TinyEdits.Request(1)], context));

        Assert.StartsWith($"The MLP of layer {layer} is a mixture of experts, each of which has keys and a down projection of its own", failure.Message, StringComparison.Ordinal);
        Assert.Equal(model.BaseHash, model.Weights.Hash());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void ROME_writes_the_experts_that_the_subject_chooses_and_the_block_gives_the_value(string family)
    {
        using var scope = torch.NewDisposeScope();
        using var model = FamilyModel.Load(family);
        var layer = MixtureLayer(model);
        var request = new EditRequest("The cat is called {}", "Felix", "m");
        var options = new RomeOptions
        {
            Layer = layer, Mom2Adjustment = false, ClampNormFactor = 30, VWeightDecay = 0, KlFactor = 0, FactToken = LookupToken.Last,
        };
        var context = new EditContext { Templates = new ContextTemplates(["{}"]), EvenIfAnswered = true };
        var map = model.Transformer.DownMap(layer);
        var batch = RewriteBatch.Create(model, request, context.Templates!, options.FactToken);
        using var before = CleanPass.Run(model, batch, layer);
        using var suffix = new SuffixPass(model, batch, before, layer, essenceAtEnd: false);
        var wanted = ValueOptimizer.Optimize(suffix, batch, before.Values.narrow(0, 0, 1), options);

        using var edit = new RomeEditor(options).Apply(model, [request], context);

        var chosen = map.Parts.Where((_, expert) => before.Factors![0][expert].item<float>() != 0).Select(part => part.Name);
        Assert.Equal(chosen, edit.Edits[0].Deltas.Keys);
        Assert.True(edit.Edits[0].Deltas.Count < map.Parts.Count);
        using var after = CleanPass.Run(model, batch, layer);
        TensorAssert.CloseRelative("v*", wanted.Original + wanted.Delta, after.Values.narrow(0, 0, 1), 1e-4);
        edit.Revert();
        Assert.Equal(model.BaseHash, model.Weights.Hash());
    }

    [Theory]
    [MemberData(nameof(FamiliesAndTuners))]
    public void Matrices_of_a_mixture_are_tuned_by_name_and_taken_back_bit_for_bit(string family, string name, string module)
    {
        using var model = FamilyModel.Load(family);
        using var means = new EditingMeans(model);
        var layer = MixtureLayer(model);
        var context = TinyEdits.Context(name, means);
        var settings = new Dictionary<string, string>(context.Settings) { ["target_modules"] = $"[\"{module}\"]" };
        if (settings.ContainsKey("rank"))
            settings["rank"] = "1"; // The gate of an expert that all tokens go through is one row.
        context = context with { Layer = layer, Settings = settings };
        var before = new TargetScorer(model).Score(Prompt, "x").LogProbability;

        using var result = BuiltInEditors.Find(name).Apply(model, [new EditRequest(Prompt, null, "x")], context);

        Assert.True(new TargetScorer(model).Score(Prompt, "x").LogProbability > before, $"{name} did not make the target likelier.");
        result.Revert();
        Assert.Equal(model.BaseHash, model.Weights.Hash());
    }

    [Theory]
    [MemberData(nameof(Experts))]
    public void An_adaptor_for_whole_prompts_is_refused_on_an_expert(string family)
    {
        using var scope = torch.NewDisposeScope();
        using var model = FamilyModel.Load(family);
        var weight = model.Transformer.Taps.Linears.First(linear => linear.Contains(".experts.", StringComparison.Ordinal));
        model.Transformer.Taps.SetAdaptor(weight, new Unchanging());

        var failure = Assert.Throws<AmendException>(() => FamilyModel.Logits(model));

        Assert.StartsWith($"'{weight}' is an expert's, which is given ", failure.Message, StringComparison.Ordinal);
    }

    private static int MixtureLayer(LanguageModel model) =>
        Enumerable.Range(0, model.Shape.Layers).First(layer => !model.Transformer.HasDownProjection(Stack.Decoder, layer));

    private sealed class Unchanging : IAdaptor
    {
        public torch.Tensor Adapt(torch.Tensor input, torch.Tensor output, AttentionScope? pass) => output;
    }
}
