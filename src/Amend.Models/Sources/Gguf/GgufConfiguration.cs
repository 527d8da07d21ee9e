using System.Buffers;
using System.Collections;
using System.Text.Json;
using Amend.Tensors.Files.Gguf;

namespace Amend.Models.Sources.Gguf;

/// <summary>
/// The configuration of a GGUF file with Hugging Face's keys, and the file's keys of such a configuration. The JSON is written by hand,
/// because the serializer takes longer to get ready than a small model to be asked.
/// </summary>
internal static class GgufConfiguration
{
    private const string TypeKey = "model_type";

    /// <summary>The configuration of a file; the caller disposes.</summary>
    /// <exception cref="Tensors.AmendException">A key is missing or mistyped, or asks for what the family does not have.</exception>
    public static JsonDocument Of(GgufFile file, IGgufArchitecture architecture)
    {
        var settings = new GgufSettings(file, architecture.Name);
        var read = architecture.Keys.Select(key => (key.InConfiguration, Value: key.Read(settings)));
        return ToJson(read.Where(pair => pair.Value is not null).Prepend((TypeKey, architecture.ModelType))
            .ToDictionary(pair => pair.InConfiguration, pair => pair.Value, StringComparer.Ordinal));
    }

    /// <summary>The keys of a file of a configuration.</summary>
    /// <exception cref="Tensors.AmendException">A key is missing or mistyped, or asks for what no file can say.</exception>
    public static IEnumerable<(string Key, object Value)> ToKeys(JsonElement config, IGgufArchitecture architecture) =>
        from key in architecture.Keys
        from pair in key.Write(config)
        select ($"{architecture.Name}.{pair.Key}", pair.Value);

    /// <summary>The JSON of keys with texts, numbers, truth values, null, lists of numbers or further keys; the caller disposes.</summary>
    private static JsonDocument ToJson(IReadOnlyDictionary<string, object?> configuration)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
            Write(json, configuration);
        return JsonDocument.Parse(buffer.WrittenMemory);
    }

    private static void Write(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case bool flag: json.WriteBooleanValue(flag); break;
            case int number: json.WriteNumberValue(number); break;
            case double number: json.WriteNumberValue(number); break;
            case string text: json.WriteStringValue(text); break;
            case IReadOnlyDictionary<string, object?> keys:
                json.WriteStartObject();
                foreach (var (key, inner) in keys)
                {
                    json.WritePropertyName(key);
                    Write(json, inner);
                }

                json.WriteEndObject();
                break;
            case IEnumerable list:
                json.WriteStartArray();
                foreach (var item in list)
                    Write(json, item);
                json.WriteEndArray();
                break;
            default:
                throw new ArgumentException($"A configuration holds {value} of the type {value.GetType()}; give a number or a text.");
        }
    }
}
