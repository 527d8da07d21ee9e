using System.Text.Json;
using Amend.Editing.Tests;
using Amend.Models;
using Amend.Tensors.Files;
using Amend.Testing;
using static TorchSharp.torch;
#if EARLIER
using Amend.Models.Families;
#endif

namespace Amend.Ratios;

/// <summary>
/// A model of SmolLM2-135M's shape (Llama's blocks: 30 layers, width 576, 9 heads that share 3 of keys and values, 49,152 tokens, tied
/// head) with random weights from a seed, under a tokenizer of words.
/// </summary>
internal static class RandomLlama
{
    private const double Deviation = 0.02;
    private const long Width = 576, Inner = 1536, Keys = 192, Vocabulary = 49152;
    private const int Layers = 30;

    private static readonly string Config = $$"""
        {
          "model_type": "llama", "num_hidden_layers": {{Layers}}, "hidden_size": {{Width}}, "intermediate_size": {{Inner}},
          "num_attention_heads": 9, "num_key_value_heads": 3, "vocab_size": {{Vocabulary}}, "max_position_embeddings": 2048,
          "rms_norm_eps": 1e-5, "rope_theta": 100000.0, "hidden_act": "silu", "tie_word_embeddings": true
        }
        """;

    /// <summary>The model, through a folder as any checkpoint comes, so that each tree loads it in its own way.</summary>
    public static LanguageModel Create(long seed)
    {
        using var folder = new TempFolder();
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        var tensors = Shapes().Select(tensor => (tensor.Name, Value(tensor.Sizes, generator))).ToList();
        SafeTensorsWriter.Write(folder.File("model.safetensors"), tensors, new Dictionary<string, string> { ["format"] = "pt" });
        using var config = JsonDocument.Parse(Config);
        using var checkpoint = Checkpoint.Open(folder.Path);
        var family = BuiltInFamilies.Find("llama", "config.json");
        var transformer = family.Load(config.RootElement, checkpoint, ScalarType.Float32, CPU);
        return new LanguageModel("random-llama", "llama", transformer, new WordTokenizer((int)Vocabulary));
    }

    private static Tensor Value(long[] sizes, Generator generator) =>
        sizes.Length == 1 ? ones(sizes) : randn(sizes, generator: generator) * Deviation;

    private static IEnumerable<(string Name, long[] Sizes)> Shapes()
    {
        yield return ("model.embed_tokens.weight", [Vocabulary, Width]);
        for (var layer = 0; layer < Layers; layer++)
        {
            var block = $"model.layers.{layer}.";
            yield return (block + "input_layernorm.weight", [Width]);
            yield return (block + "self_attn.q_proj.weight", [Width, Width]);
            yield return (block + "self_attn.k_proj.weight", [Keys, Width]);
            yield return (block + "self_attn.v_proj.weight", [Keys, Width]);
            yield return (block + "self_attn.o_proj.weight", [Width, Width]);
            yield return (block + "post_attention_layernorm.weight", [Width]);
            yield return (block + "mlp.gate_proj.weight", [Inner, Width]);
            yield return (block + "mlp.up_proj.weight", [Inner, Width]);
            yield return (block + "mlp.down_proj.weight", [Width, Inner]);
        }

        yield return ("model.norm.weight", [Width]);
    }
}
