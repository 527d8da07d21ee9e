using System.Text.Json;
using System.Text.Json.Serialization;
using Amend.Evaluation.Protocols;
using Amend.Tensors;

namespace Amend.Evaluation.Reports.Json;

/// <summary>A moment by its name in reports.</summary>
internal sealed class MomentConverter : JsonConverter<Moment>
{
    /// <inheritdoc/>
    public override Moment Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return Moment.Parse(reader.GetString() ?? "");
        }
        catch (AmendException unknown)
        {
            throw new JsonException(unknown.Message, unknown);
        }
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Moment value, JsonSerializerOptions options) => writer.WriteStringValue(value.Name);
}
