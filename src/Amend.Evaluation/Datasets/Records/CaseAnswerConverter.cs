using System.Text.Json;
using System.Text.Json.Serialization;
using Amend.Evaluation.Cases;

namespace Amend.Evaluation.Datasets.Records;

/// <summary>An answer in JSON: <c>"Paris"</c>, or <c>{"text": "Paris", "aliases": ["City of Light"]}</c>.</summary>
internal sealed class CaseAnswerConverter : JsonConverter<CaseAnswer>
{
    /// <inheritdoc/>
    public override CaseAnswer Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        var element = document.RootElement;
        return element.ValueKind switch
        {
            JsonValueKind.String => new CaseAnswer(element.GetString()!),
            JsonValueKind.Object when IsText(element, out var text) => new CaseAnswer(text) { Aliases = Aliases(element) },
            _ => throw new JsonException(),
        };
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, CaseAnswer value, JsonSerializerOptions options)
    {
        if (value.Aliases.Count == 0)
        {
            writer.WriteStringValue(value.Text);
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("text", value.Text);
        writer.WriteStartArray("aliases");
        foreach (var alias in value.Aliases)
            writer.WriteStringValue(alias);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static bool IsText(JsonElement element, out string text)
    {
        text = element.TryGetProperty("text", out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        return text.Length > 0;
    }

    private static string[] Aliases(JsonElement element)
    {
        if (!element.TryGetProperty("aliases", out var list))
            return [];
        if (list.ValueKind != JsonValueKind.Array || list.EnumerateArray().Any(alias => alias.ValueKind != JsonValueKind.String))
            throw new JsonException();
        return [.. list.EnumerateArray().Select(alias => alias.GetString()!)];
    }
}
