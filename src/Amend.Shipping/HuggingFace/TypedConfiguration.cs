using System.Text.Json;
using System.Text.Json.Nodes;
using Amend.Shipping.Exporting;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Shipping.HuggingFace;

/// <summary>A configuration that says as what the weights are written.</summary>
internal static class TypedConfiguration
{
    /// <summary>The file's name.</summary>
    public const string FileName = "config.json";

    private const string Key = "dtype";
    private const string OldKey = "torch_dtype";
    private const string Quantization = "quantization_config";

    /// <summary>Writes a configuration.</summary>
    /// <param name="source">The source's.</param>
    /// <param name="path">The file to make.</param>
    /// <param name="type">The type of the weights, told under the key that the source has for it; null where it is the source's.</param>
    /// <param name="isUnpacked">Whether weights that are packed in the source are not so any more.</param>
    /// <exception cref="AmendException">It is no JSON object, or cannot be read or written.</exception>
    public static void Write(string source, string path, ScalarType? type, bool isUnpacked)
    {
        var json = Read(source);
        if (type is { } said)
            json[json.ContainsKey(OldKey) && !json.ContainsKey(Key) ? OldKey : Key] = WrittenType.InConfiguration(said);
        if (isUnpacked)
            json.Remove(Quantization);
        JsonText.Write(path, json);
    }

    private static JsonObject Read(string source)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(source)) as JsonObject ?? throw new JsonException("it is no object");
        }
        catch (Exception cause) when (cause is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new AmendException($"'{source}' cannot be read ({cause.Message.TrimEnd('.')}); download the model again.", cause);
        }
    }
}
