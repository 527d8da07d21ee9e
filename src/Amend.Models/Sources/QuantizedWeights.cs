using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Tensors;

namespace Amend.Models.Sources;

/// <summary>Weights that a tool has quantized (GPTQ, AWQ, bitsandbytes, FP8): whatever cannot be read of them, that is why.</summary>
internal static class QuantizedWeights
{
    private const string Key = "quantization_config";

    /// <summary>The keys that say how many bits a value has.</summary>
    private static readonly string[] BitKeys = ["bits", "num_bits", "w_bit"];

    /// <summary>Reads weights; a failure names the quantization that the configuration speaks of.</summary>
    /// <param name="configuration">The root of <c>config.json</c>.</param>
    /// <param name="read">The reading.</param>
    /// <exception cref="AmendException">The reading failed.</exception>
    public static T Explaining<T>(JsonElement configuration, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (AmendException cause) when (configuration.TryGet(Key) is { ValueKind: JsonValueKind.Object } quantization)
        {
            throw new ModelFormatException(
                $"config.json has a {Key} ({Describe(quantization)}), and quantized weights are not read ({cause.Message.TrimEnd('.')}); "
                + "take the model's weights in float32, float16 or bfloat16.", cause);
        }
    }

    private static string Describe(JsonElement quantization)
    {
        var method = quantization.Text("quant_method") ?? quantization.Text("quant_algo") ?? "of a method that it does not name";
        var bits = BitKeys.Select(key => quantization.TryGet(key)).FirstOrDefault(value => value is { ValueKind: JsonValueKind.Number });
        return bits is { } number ? $"{method}, {number.GetRawText()} bits"
            : quantization.Flag("load_in_4bit") ? $"{method}, 4 bits"
            : quantization.Flag("load_in_8bit") ? $"{method}, 8 bits"
            : method;
    }
}
