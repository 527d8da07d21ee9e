using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Shapes;
using TorchSharp;

namespace Amend.Contracts.Tests;

/// <summary>The golden models of all families, with a tokenizer by characters, so that text and editors can be tried on each.</summary>
internal static class FamilyModel
{
    /// <summary>The golden models whose family is built in.</summary>
    public static IReadOnlyList<GoldenCase> All =>
        [.. GoldenCases.Under("families").Where(golden => BuiltInFamilies.All.Any(family => family.ModelType == TypeOf(golden)))];

    /// <summary>Those that are causal decoders.</summary>
    public static IReadOnlyList<GoldenCase> Cases => [.. All.Where(IsCausal)];

    /// <summary>Classifiers, masked language models and encoder-decoders.</summary>
    public static IReadOnlyList<GoldenCase> Others => [.. All.Where(golden => !IsCausal(golden))];

    /// <summary>The family that a golden model names.</summary>
    public static string TypeOf(GoldenCase golden) => golden.Json("config.json").GetProperty("model_type").GetString()!;

    /// <summary>Whether a golden model is a causal decoder.</summary>
    private static bool IsCausal(GoldenCase golden)
    {
        using var model = LoadFolder(golden.Folder);
        return model.Transformer is CausalDecoder;
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
