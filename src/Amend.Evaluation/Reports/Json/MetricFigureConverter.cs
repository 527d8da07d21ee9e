using System.Text.Json;
using System.Text.Json.Serialization;
using Amend.Evaluation.Metrics;

namespace Amend.Evaluation.Reports.Json;

/// <summary>A figure as <c>{"value":, "low":, "high":, "n":, "interval":}</c>.</summary>
internal sealed class MetricFigureConverter : JsonConverter<MetricFigure>
{
    /// <inheritdoc/>
    public override MetricFigure Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var form = JsonSerializer.Deserialize<Form>(ref reader, options);
        return new MetricFigure(form.Value, form.Low, form.High, form.N) { Interval = form.Interval };
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, MetricFigure value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, new Form(value.Value, value.Low, value.High, value.Count, value.Interval), options);

    private readonly record struct Form(double Value, double Low, double High, int N, IntervalKind Interval = IntervalKind.Normal);
}
