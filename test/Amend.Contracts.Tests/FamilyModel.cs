using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Shapes;
using Amend.Models.Taps;
using Amend.Models.Weights;
using TorchSharp;

namespace Amend.Contracts.Tests;

/// <summary>The golden models of all families, with a tokenizer by characters, so that text and editors can be tried on each.</summary>
internal static class FamilyModel
{
    private static readonly Lazy<IReadOnlyDictionary<GoldenCase, Kind>> Kinds = new(() =>
        GoldenCases.Under("families").Where(IsKnown).DistinctBy(golden => golden.Name).ToDictionary(golden => golden, KindOf));

    private enum Kind
    {
        Decoder,
        Mixture,
        Other,
    }

    /// <summary>The golden models whose family is built in, each once.</summary>
    public static IReadOnlyList<GoldenCase> All => [.. Kinds.Value.Keys];

    /// <summary>Those that are causal decoders.</summary>
    public static IReadOnlyList<GoldenCase> Cases => [.. Dense, .. Mixtures];

    /// <summary>Causal decoders with one down projection in each block.</summary>
    public static IReadOnlyList<GoldenCase> Dense => Of(Kind.Decoder);

    /// <summary>Causal decoders of which some blocks are mixtures of experts.</summary>
    public static IReadOnlyList<GoldenCase> Mixtures => Of(Kind.Mixture);

    /// <summary>Classifiers, masked language models and encoder-decoders.</summary>
    public static IReadOnlyList<GoldenCase> Others => Of(Kind.Other);

    /// <summary>All but mixtures, one of each family: what is tried with every editor.</summary>
    public static IReadOnlyList<GoldenCase> OneOfEach => [.. SmallestOfEach(Dense), .. Others];

    /// <summary>The smallest causal decoder of each family.</summary>
    public static IReadOnlyList<GoldenCase> OneDecoderOfEach => SmallestOfEach(Cases);

    /// <summary>The family that a golden model names.</summary>
    public static string TypeOf(GoldenCase golden) => golden.Json("config.json").GetProperty("model_type").GetString()!;

    private static IReadOnlyList<GoldenCase> SmallestOfEach(IReadOnlyList<GoldenCase> cases) =>
        [.. cases.GroupBy(TypeOf).Select(family => family.MinBy(golden => new FileInfo(golden.File("model.safetensors")).Length)!)];

    private static IReadOnlyList<GoldenCase> Of(Kind kind) => [.. Kinds.Value.Where(one => one.Value == kind).Select(one => one.Key)];

    /// <summary>
    /// Whether a golden model's family is built in. Left out are models whose positions depend on the length beyond fewer tokens than the
    /// texts here have, which score nothing then.
    /// </summary>
    private static bool IsKnown(GoldenCase golden) =>
        BuiltInFamilies.All.Any(family => family.ModelType == TypeOf(golden)) && !golden.Json("expected.json").TryGetProperty("batch_note", out _);

    private static Kind KindOf(GoldenCase golden)
    {
        using var model = LoadFolder(golden.Folder);
        if (model.Transformer is not CausalDecoder)
            return Kind.Other;
        var layers = Enumerable.Range(0, model.Shape.Layers);
        return layers.All(layer => model.Transformer.HasDownProjection(Stack.Decoder, layer)) ? Kind.Decoder : Kind.Mixture;
    }

    /// <summary>
    /// A weight of a stack that writes into the stream, and its output: the first down projection, or where all blocks are mixtures the output
    /// projection of the first attention.
    /// </summary>
    public static (ModelWeight Weight, Site Output) Written(LanguageModel model, Stack stack)
    {
        for (var layer = 0; layer < model.Transformer.ShapeOf(stack).Layers; layer++)
        {
            if (model.Transformer.HasDownProjection(stack, layer))
                return (model.Transformer.DownProjection(stack, layer), Site.MlpOut(layer).In(stack));
        }

        return (model.Transformer.Modules(stack, 0).Single(module => module.Name == "self_attn.o_proj").Weight, Site.AttentionOut(0).In(stack));
    }

    /// <summary>Loads a golden model.</summary>
    public static LanguageModel Load(string id, torch.ScalarType dtype = torch.ScalarType.Float32) => LoadFolder(GoldenCases.Find(id).Folder, dtype);

    /// <summary>Loads a model folder; the caller disposes.</summary>
    public static LanguageModel LoadFolder(string folder, torch.ScalarType dtype = torch.ScalarType.Float32) =>
        TinyModels.FromFolder(folder, new CharacterTokenizer(), dtype);

    /// <summary>Writes a model as a folder that loads again.</summary>
    public static void Save(LanguageModel model, string caseId, TempFolder folder)
    {
        File.Copy(GoldenCases.Find(caseId).File("config.json"), folder.File("config.json"));
        model.Weights.Save(folder.File("model.safetensors"), torch.ScalarType.Float32);
    }

    /// <summary>The logits of two texts of different length; the caller's scope owns them.</summary>
    public static torch.Tensor Logits(LanguageModel model)
    {
        using var inference = torch.inference_mode();
        using var scope = torch.NewDisposeScope();
        var batch = TokenBatch.Pad([model.Tokenize("The cat sat on the mat.").Ids, model.Tokenize("So?").Ids], padding: 0);
        return (model.Transformer switch
        {
            EncoderClassifier classifier => classifier.Logits(batch),
            MaskedLanguageModel masked => masked.Logits(batch)[batch.Mask],
            EncoderDecoder answering => answering.Logits(batch, batch)[batch.Mask],
            _ => model.Logits(batch)[batch.Mask],
        }).MoveToOuterDisposeScope();
    }
}
