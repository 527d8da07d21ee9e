using System.Text.Json;
using System.Text.Json.Serialization;

namespace Amend.Editing.Workbench;

/// <summary>Reads and writes <see cref="LayerList"/> settings: <c>[4,5]</c>, <c>5</c> or <c>"all"</c>.</summary>
internal sealed class LayerListConverter : JsonConverter<IReadOnlyList<int>>
{
    private const string All = "all";

    /// <inheritdoc/>
    public override IReadOnlyList<int> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType switch
        {
            JsonTokenType.String when reader.GetString() == All => LayerList.All,
            JsonTokenType.Number => [reader.GetInt32()],
            _ => JsonSerializer.Deserialize<int[]>(ref reader, options) ?? throw new JsonException("Layers cannot be null."),
        };

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, IReadOnlyList<int> value, JsonSerializerOptions options)
    {
        if (LayerList.IsAll(value))
        {
            writer.WriteStringValue(All);
            return;
        }

        writer.WriteStartArray();
        foreach (var layer in value)
            writer.WriteNumberValue(layer);
        writer.WriteEndArray();
    }
}
