using Amend.Editing;
using Amend.Editing.Editors;
using Amend.Models.Passes;
using Amend.Models.Scoring;
using Amend.Models.Taps;
using Amend.Tensors;
using TorchSharp;

namespace Amend.Contracts.Tests;

/// <summary>What editors do with mixtures of experts: those of one down projection refuse, those that tune matrices take them by name.</summary>
[NoTensorLeaks]
public sealed class MixtureContractTests
{
    private const string Prompt = "The cat sat on";

    public static TheoryData<string, string> FamiliesAndEditors => new(
        from golden in FamilyModel.Mixtures
        from editor in BuiltInEditors.All.Where(editor => WritesDownProjections(editor.Info) && !EditingMeans.UsesNetwork(editor.Name))
        select (golden.Id, editor.Name));

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
        var layer = Enumerable.Range(0, model.Shape.Layers).First(layer => !model.Transformer.HasDownProjection(Stack.Decoder, layer));
        var context = TinyEdits.Context(name, means) with { Layer = layer };

        var failure = Assert.Throws<AmendException>(() => BuiltInEditors.Find(name).Apply(model, [TinyEdits.Request(1)], context));

        Assert.StartsWith($"The MLP of layer {layer} is a mixture of experts, each of which has keys and a down projection of its own", failure.Message, StringComparison.Ordinal);
        Assert.Equal(model.BaseHash, model.Weights.Hash());
    }

    [Theory]
    [MemberData(nameof(FamiliesAndTuners))]
    public void Matrices_of_a_mixture_are_tuned_by_name_and_taken_back_bit_for_bit(string family, string name, string module)
    {
        using var model = FamilyModel.Load(family);
        using var means = new EditingMeans(model);
        var layer = Enumerable.Range(0, model.Shape.Layers).First(layer => !model.Transformer.HasDownProjection(Stack.Decoder, layer));
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

    /// <summary>Whether an editor writes down projections, or adapts what they give out, and nothing else by its settings.</summary>
    private static bool WritesDownProjections(EditorInfo editor) => editor.Writes.EndsWith("down projections", StringComparison.Ordinal)
        || editor.Writes.EndsWith("one MLP down projection", StringComparison.Ordinal) || editor is { Adapts: true, NeedsSubject: false };

    private sealed class Unchanging : IAdaptor
    {
        public torch.Tensor Adapt(torch.Tensor input, torch.Tensor output, AttentionScope? pass) => output;
    }
}
