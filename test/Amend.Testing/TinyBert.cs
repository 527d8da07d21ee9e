using Amend.Models.Families.Bert;
using Amend.Models.Shapes;
using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Testing;

/// <summary>A bare BERT encoder in a folder, with a WordPiece tokenizer of a few words, and claims in those words.</summary>
public static class TinyBert
{
    private static readonly string[] Fillers = ["the", "a", "old", "new", "ship", "house", "door", "is", "was", "very"];
    private static readonly string[] Vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "red", "blue", .. Fillers];

    /// <summary>The sizes: 2 layers, width 16, context 24.</summary>
    public static ModelShape Shape { get; } =
        new(Layers: 2, Width: 16, MlpWidth: 32, Heads: 2, Vocabulary: Vocabulary.Length, ContextLength: 24);

    /// <summary>Writes the encoder as a <c>BertModel</c>, whose names have no prefix and which has a pooler.</summary>
    public static string WriteBase(string folder, int seed = 1)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed, CPU);
        Directory.CreateDirectory(folder);
        var config = new BertConfig(Shape, 0, 2, 1e-12, "gelu", true);
        var pooler = BertWeights.OfClassifier(Shape, 2).Where(spec => spec.Name.StartsWith(BertWeights.Pooler, StringComparison.Ordinal));
        var specs = BertWeights.OfEncoder(config, "").Concat(pooler);
        SafeTensorsWriter.Write(
            Path.Combine(folder, "model.safetensors"),
            [.. specs.Select(spec => (spec.Name.Replace(BertWeights.Prefix, ""), Value(spec.Name, spec.Shape, generator)))]);
        File.WriteAllLines(Path.Combine(folder, "vocab.txt"), Vocabulary);
        File.WriteAllText(Path.Combine(folder, "config.json"), $$"""
            {
              "architectures": ["BertModel"], "model_type": "bert", "num_hidden_layers": {{Shape.Layers}}, "hidden_size": {{Shape.Width}},
              "intermediate_size": {{Shape.MlpWidth}}, "num_attention_heads": {{Shape.Heads}}, "vocab_size": {{Shape.Vocabulary}},
              "max_position_embeddings": {{Shape.ContextLength}}, "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1
            }
            """);
        return folder;
    }

    /// <summary>Claims of four to eight words, each one its own: those with "red" are supported (1), those with "blue" refuted (0).</summary>
    public static IReadOnlyList<(string Text, int Label)> Claims(int count, int seed)
    {
        var random = new Random(seed);
        var claims = new Dictionary<string, int>();
        while (claims.Count < count)
        {
            var label = random.Next(2);
            var words = Enumerable.Range(0, random.Next(3, 8)).Select(_ => Fillers[random.Next(Fillers.Length)]).ToList();
            words.Insert(random.Next(words.Count), label == 1 ? "red" : "blue");
            claims[string.Join(' ', words)] = label;
        }

        return [.. claims.Select(claim => (claim.Key, claim.Value))];
    }

    private static Tensor Value(string name, long[] shape, Generator generator) =>
        shape.Length > 1 ? randn(shape, generator: generator) * 0.3
        : name.EndsWith("LayerNorm.weight", StringComparison.Ordinal) ? ones(shape)
        : zeros(shape);
}
