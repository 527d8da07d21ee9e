using System.Text.Json;
using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Families.Gpt2;
using Amend.Models.Shapes;
using Amend.Models.Sources;
using Amend.Models.Tokenizers;
using Amend.Models.Weights;
using static TorchSharp.torch;
using Gpt2Names = Amend.Models.Families.Gpt2.Gpt2Weights;

namespace Amend.Testing;

/// <summary>Models small enough for unit tests, made in memory from a seed; the caller disposes.</summary>
public static class TinyModels
{
    private const double NormSpread = 0.2;
    private const double WeightSpread = 0.4;

    /// <summary>The sizes of the tiny GPT-2: width 16, vocabulary 64.</summary>
    public static ModelShape Gpt2Shape(int layers = 2) => new(layers, Width: 16, MlpWidth: 64, Heads: 4, Vocabulary: 64, ContextLength: 48);

    /// <summary>A GPT-2 with <see cref="CharacterTokenizer"/>; weights are so large that all parts of it matter.</summary>
    /// <param name="seed">The seed of the weights.</param>
    /// <param name="layers">The number of blocks.</param>
    /// <param name="dtype">The weights' type.</param>
    public static LanguageModel Gpt2(int seed = 0, int layers = 2, ScalarType dtype = ScalarType.Float32) =>
        new($"tiny-gpt2-{seed}", "gpt2", Gpt2Transformer(seed, layers, dtype), new CharacterTokenizer());

    /// <summary>The transformer of a tiny GPT-2.</summary>
    public static CausalDecoder Gpt2Transformer(int seed = 0, int layers = 2, ScalarType dtype = ScalarType.Float32)
    {
        var config = new Gpt2Config(Gpt2Shape(layers), 1e-5, "gelu_new", true, false, TieWordEmbeddings: true);
        return Gpt2Family.Create(config, Gpt2Weights(config.Shape, seed, dtype));
    }

    /// <summary>A golden model under a tokenizer that the test brings along.</summary>
    /// <param name="path">The model's folder below the golden files, such as <c>families/bert_mlm</c>.</param>
    /// <param name="tokenizer">The tokenizer.</param>
    public static LanguageModel Golden(string path, ITokenizer tokenizer) => FromFolder(GoldenCases.At(path)[0].Folder, tokenizer);

    /// <summary>A model folder under a tokenizer that the test brings along.</summary>
    public static LanguageModel FromFolder(string folder, ITokenizer tokenizer, ScalarType dtype = ScalarType.Float32)
    {
        var configPath = Path.Combine(folder, "config.json");
        using var config = JsonDocument.Parse(File.ReadAllBytes(configPath));
        var family = BuiltInFamilies.Find(config.RootElement.GetProperty("model_type").GetString(), configPath);
        using var checkpoint = new ModelFolder(folder).OpenWeights();
        return new LanguageModel(Path.GetFileName(folder), family.ModelType, family.Load(config.RootElement, checkpoint, dtype, CPU), tokenizer);
    }

    /// <summary>Writes the <c>config.json</c> of the tiny GPT-2.</summary>
    public static void WriteGpt2Config(string path, int layers = 2)
    {
        var shape = Gpt2Shape(layers);
        File.WriteAllText(path, $$"""
            {
              "model_type": "gpt2", "n_layer": {{shape.Layers}}, "n_embd": {{shape.Width}}, "n_inner": {{shape.MlpWidth}},
              "n_head": {{shape.Heads}}, "vocab_size": {{shape.Vocabulary}}, "n_positions": {{shape.ContextLength}}
            }
            """);
    }

    /// <summary>The weights of a tiny GPT-2; the caller disposes.</summary>
    public static WeightTable Gpt2Weights(ModelShape shape, int seed, ScalarType dtype = ScalarType.Float32)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed, CPU);
        var table = new WeightTable();
        foreach (var (name, size, storedTransposed) in Gpt2Names.Of(shape, tied: true))
        {
            var isNorm = name.Contains("ln_", StringComparison.Ordinal) && name.EndsWith(".weight", StringComparison.Ordinal);
            var noise = randn(size, generator: generator);
            var value = isNorm ? 1 + (noise * NormSpread) : noise * WeightSpread;
            table.Add(new ModelWeight(name, value.to(dtype), storedTransposed));
        }

        return table;
    }
}
