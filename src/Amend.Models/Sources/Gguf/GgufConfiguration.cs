using System.Buffers;
using System.Collections;
using System.Text.Json;

namespace Amend.Models.Sources.Gguf;

/// <summary>
/// Writes a configuration as JSON. By hand, because the serializer takes longer to get ready than a small model to be asked.
/// </summary>
internal static class GgufConfiguration
{
    /// <summary>The JSON of keys with texts, numbers, truth values, null, lists of numbers or further keys; the caller disposes.</summary>
    public static JsonDocument ToJson(IReadOnlyDictionary<string, object?> configuration)
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
