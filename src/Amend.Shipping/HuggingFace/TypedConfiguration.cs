using System.Text.Json;
using System.Text.Json.Nodes;
using Amend.Shipping.Exporting;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Shipping.HuggingFace;

/// <summary>A configuration that says in which type the weights are, under the key that it has for it.</summary>
internal static class TypedConfiguration
{
    /// <summary>The file's name.</summary>
    public const string FileName = "config.json";

    private const string Key = "dtype";
    private const string OldKey = "torch_dtype";

    /// <summary>Writes a configuration with another type.</summary>
    /// <exception cref="AmendException">It is no JSON object, or cannot be read or written.</exception>
    public static void Write(string source, string path, ScalarType type)
    {
        var json = Read(source);
        json[json.ContainsKey(OldKey) && !json.ContainsKey(Key) ? OldKey : Key] = WrittenType.InConfiguration(type);
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
