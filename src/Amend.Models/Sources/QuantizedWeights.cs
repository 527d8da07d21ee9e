using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Tensors;

namespace Amend.Models.Sources;

/// <summary>
/// Weights that a tool has quantized (GPTQ, AWQ, bitsandbytes, FP8, compressed-tensors, MLX, MXFP4 where the family does not read it):
/// whatever cannot be read of them, that is why.
/// </summary>
internal static class QuantizedWeights
{
    /// <summary>The usual key, that of older compressed-tensors files, and MLX's.</summary>
    private static readonly string[] Keys = ["quantization_config", "compression_config", "quantization"];

    /// <summary>The keys that say how many bits a value has.</summary>
    private static readonly string[] BitKeys = ["bits", "num_bits", "w_bit", "nbits"];

    /// <summary>Reads weights; a failure names the quantization that the configuration speaks of.</summary>
    /// <param name="configuration">The root of <c>config.json</c>.</param>
    /// <param name="method">The method of quantization whose weights the family reads, so that it explains nothing; null for none.</param>
    /// <param name="read">The reading.</param>
    /// <exception cref="AmendException">The reading failed.</exception>
    public static T Explaining<T>(JsonElement configuration, string? method, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (AmendException cause)
            when (Keys.FirstOrDefault(key => Under(configuration, key) is { } found && !IsOf(method, found)) is { } key)
        {
            throw new ModelFormatException(
                $"config.json has a {key} ({Describe(Under(configuration, key)!.Value)}), and quantized weights are not read "
                + $"({cause.Message.TrimEnd('.')}); take the model's weights in float32, float16 or bfloat16, or a GGUF file of it.",
                cause);
        }
    }

    private static bool IsOf(string? method, JsonElement quantization) => method is not null && quantization.Text("quant_method") == method;

    private static string Describe(JsonElement quantization)
    {
        var method = quantization.Text("quant_method") ?? quantization.Text("quant_algo") ?? "of a method that it does not name";
        return Bits(quantization) is { } bits ? $"{method}, {bits} bits" : method;
    }

    /// <summary>The bits of a value: on the first level, or as compressed-tensors has them, in the first of its groups.</summary>
    private static string? Bits(JsonElement quantization)
    {
        var groups = Under(quantization, "config_groups")?.EnumerateObject().Select(group => Under(group.Value, "weights"));
        var said = from place in groups?.Prepend(quantization) ?? [quantization]
                   from key in BitKeys
                   select place?.TryGet(key);
        return said.FirstOrDefault(value => value is { ValueKind: JsonValueKind.Number })?.GetRawText()
            ?? (quantization.Flag("load_in_4bit") ? "4" : quantization.Flag("load_in_8bit") ? "8" : null);
    }

    private static JsonElement? Under(JsonElement element, string key) =>
        element.TryGet(key) is { ValueKind: JsonValueKind.Object } found ? found : null;
}
