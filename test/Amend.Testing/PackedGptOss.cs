using System.Text.Json.Nodes;
using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Testing;

/// <summary>
/// A tiny random gpt-oss as it is published, its experts in MXFP4, and the same model in floats, whose values are worked out here number by
/// number from the formula of the specification.
/// </summary>
public sealed class PackedGptOss : IDisposable
{
    public const int Experts = 4;
    public const int Width = 32;
    public const int Inner = 64;

    private const string Golden = "families/gpt_oss";
    private readonly TempFolder _folder = new();

    /// <summary>Writes both.</summary>
    /// <param name="change">Changes the tensors of the packed model by their names before they are written.</param>
    public PackedGptOss(Action<Dictionary<string, Tensor>>? change = null)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenCases.At(Golden)[0];
        using var weights = golden.Tensors("model.safetensors");
        using var generator = new Generator(7);
        var packed = new Dictionary<string, Tensor>();
        var floats = new Dictionary<string, Tensor>();
        foreach (var (name, (outputs, inputs)) in weights.Names.Select(name => (name, Sizes(name))))
        {
            if (outputs == 0)
            {
                packed[name] = floats[name] = name.EndsWith("gate_up_proj_bias", StringComparison.Ordinal)
                    ? randn([Experts, 2 * Inner], generator: generator) : weights[name];
                continue;
            }

            packed[$"{name}_blocks"] = randint(0, 256, [Experts, outputs, inputs / 32, 16], dtype: ScalarType.Byte, generator: generator);
            packed[$"{name}_scales"] = randint(120, 127, [Experts, outputs, inputs / 32], dtype: ScalarType.Byte, generator: generator);
            floats[name] = Decoded(packed[$"{name}_blocks"], packed[$"{name}_scales"]);
        }

        change?.Invoke(packed);
        Write(Packed, golden, packed, isPacked: true);
        Write(Floats, golden, floats, isPacked: false);
    }

    /// <summary>The folder of the packed model: two shards, a scale in the one and its blocks in the other.</summary>
    public string Packed => _folder.File("packed");

    /// <summary>The folder of the model in floats.</summary>
    public string Floats => _folder.File("floats");

    public void Dispose() => _folder.Dispose();

    private static (long Outputs, long Inputs) Sizes(string name) =>
        name.EndsWith(".gate_up_proj", StringComparison.Ordinal) ? (2 * Inner, Width)
        : name.EndsWith(".down_proj", StringComparison.Ordinal) ? (Width, Inner) : (0, 0);

    /// <summary>(-1)^s 2^(e-1) (1 + m/2), or m/2 where e is 0, times 2^(scale - 127); <c>[E,in,out]</c>.</summary>
    private static Tensor Decoded(Tensor blocks, Tensor scales)
    {
        var (bytes, exponents) = (blocks.data<byte>().ToArray(), scales.data<byte>().ToArray());
        var numbers = new float[bytes.Length * 2];
        for (var i = 0; i < numbers.Length; i++)
        {
            var bits = i % 2 == 0 ? bytes[i / 2] % 16 : bytes[i / 2] / 16;
            var (sign, exponent, mantissa) = (bits / 8, bits / 2 % 4, bits % 2);
            var size = exponent == 0 ? mantissa / 2.0 : Math.Pow(2, exponent - 1) * (1 + (mantissa / 2.0));
            numbers[i] = (float)((sign == 1 ? -size : size) * Math.Pow(2, exponents[i / 32] - 127));
        }

        return tensor(numbers).view(blocks.shape[0], blocks.shape[1], -1).transpose(1, 2).contiguous();
    }

    private static void Write(string folder, GoldenCase golden, Dictionary<string, Tensor> tensors, bool isPacked)
    {
        Directory.CreateDirectory(folder);
        var config = JsonNode.Parse(File.ReadAllText(golden.File("config.json")))!.AsObject();
        config["intermediate_size"] = Inner;
        if (isPacked)
            config["quantization_config"] = JsonNode.Parse("""{ "quant_method": "mxfp4", "modules_to_not_convert": ["model.layers.*.self_attn", "lm_head"] }""");
        File.WriteAllText(Path.Combine(folder, "config.json"), config.ToJsonString());
        var shards = tensors.GroupBy(pair => isPacked && pair.Key.EndsWith("down_proj_scales", StringComparison.Ordinal) ? "two" : "one").ToList();
        foreach (var shard in shards)
        {
            var name = shards.Count == 1 ? "model" : $"model-{shard.Key}";
            SafeTensorsWriter.Write(Path.Combine(folder, $"{name}.safetensors"), [.. shard.Select(pair => (pair.Key, pair.Value))]);
        }

        if (shards.Count == 1)
            return;
        var map = new JsonObject(shards.SelectMany(shard => shard.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)$"model-{shard.Key}.safetensors"))));
        File.WriteAllText(Path.Combine(folder, "model.safetensors.index.json"), new JsonObject { ["metadata"] = new JsonObject(), ["weight_map"] = map }.ToJsonString());
    }
}
