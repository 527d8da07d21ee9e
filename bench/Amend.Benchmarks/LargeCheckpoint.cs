using System.Text.Json;
using System.Text.Json.Nodes;
using Amend.Models.Families.Gpt2;
using Amend.Models.Families.Llama;
using Amend.Models.Weights;
using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Benchmarks;

/// <summary>
/// Random checkpoints of the size of published models, sharded, in half precision, with the embedded model's tokenizer: for
/// seconds and memory of loading, asking and editing (bench/results/large-models.md). They are made, not committed.
/// </summary>
internal static class LargeCheckpoint
{
    private const string Gpt2Xl = """{"model_type":"gpt2","n_layer":48,"n_embd":1600,"n_head":25,"n_positions":1024,"vocab_size":50257,"activation_function":"gelu_new","layer_norm_epsilon":1e-5,"tie_word_embeddings":true}""";
    private const string Llama7b = """{"model_type":"llama","num_hidden_layers":32,"hidden_size":4096,"intermediate_size":11008,"num_attention_heads":32,"num_key_value_heads":32,"max_position_embeddings":4096,"vocab_size":32000,"hidden_act":"silu","rms_norm_eps":1e-5,"rope_theta":10000.0,"tie_word_embeddings":false}""";
    private const double Spread = 0.02;
    private const long ShardBytes = 2_000_000_000;
    private const int HalfBytes = 2;

    /// <summary>Makes a checkpoint.</summary>
    /// <param name="shape"><c>gpt2-xl</c> (1.6 B parameters, fp16) or <c>llama-7b</c> (6.7 B, bf16).</param>
    /// <param name="folder">Where it goes.</param>
    /// <param name="tokenizerFolder">Whose <c>vocab.json</c> and <c>merges.txt</c> are copied.</param>
    public static void Make(string shape, string folder, string tokenizerFolder)
    {
        var (config, dtype) = shape == "gpt2-xl" ? (Gpt2Xl, ScalarType.Float16) : (Llama7b, ScalarType.BFloat16);
        using var json = JsonDocument.Parse(config);
        IEnumerable<WeightSpec> specs = shape == "gpt2-xl"
            ? Gpt2Weights.Of(Gpt2Config.Read(json.RootElement).Shape, tied: true)
            : new LlamaFamily().Plan(json.RootElement, []).Weights;
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.json"), config);
        foreach (var name in (string[])["vocab.json", "merges.txt"])
            File.Copy(Path.Combine(tokenizerFolder, name), Path.Combine(folder, name), overwrite: true);
        var places = new JsonObject();
        foreach (var (shard, number) in Shards(specs).Select((shard, at) => (shard, at + 1)))
        {
            var file = $"model-{number:D5}.safetensors";
            Write(Path.Combine(folder, file), shard, dtype);
            foreach (var spec in shard)
                places[spec.Name] = file;
            Console.Error.WriteLine(file);
        }

        File.WriteAllText(Path.Combine(folder, "model.safetensors.index.json"), new JsonObject { ["metadata"] = new JsonObject(), ["weight_map"] = places }.ToJsonString());
    }

    private static IEnumerable<List<WeightSpec>> Shards(IEnumerable<WeightSpec> specs)
    {
        var (shard, bytes) = (new List<WeightSpec>(), 0L);
        foreach (var spec in specs)
        {
            shard.Add(spec);
            bytes += HalfBytes * spec.Shape.Aggregate(1L, (product, side) => product * side);
            if (bytes < ShardBytes)
                continue;
            yield return shard;
            (shard, bytes) = ([], 0);
        }

        if (shard.Count > 0)
            yield return shard;
    }

    private static void Write(string path, List<WeightSpec> shard, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        SafeTensorsWriter.Write(path, [.. shard.Select(spec => (spec.Name, Value(spec, dtype)))]);
    }

    /// <summary>Ones for a norm's scale, noise for all else.</summary>
    private static Tensor Value(WeightSpec spec, ScalarType dtype)
    {
        long[] stored = spec.StoredTransposed ? [spec.Shape[1], spec.Shape[0]] : spec.Shape;
        using var scope = NewDisposeScope();
        var isScale = stored.Length == 1 && spec.Name.EndsWith(".weight", StringComparison.Ordinal);
        return (isScale ? ones(stored, dtype) : (randn(stored) * Spread).to(dtype)).MoveToOuterDisposeScope();
    }
}
