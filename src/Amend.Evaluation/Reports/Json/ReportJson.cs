using System.Text.Json;
using System.Text.Json.Serialization;
using Amend.Editing.Stores;
using Amend.Tensors;

namespace Amend.Evaluation.Reports.Json;

/// <summary>A report as JSON (docs/formats/report.md): snake_case names, null where there is no number.</summary>
public static class ReportJson
{
    /// <summary>How reports, and other results in the same form, are written.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>A report, or another result in the same form, as one document on several lines.</summary>
    public static string Write<T>(T report) => JsonSerializer.Serialize(report, Options);

    /// <summary>Reads a report; without the cases, which are in <c>cases.csv</c>.</summary>
    /// <param name="json">The document.</param>
    /// <param name="path">Where it is from, for messages.</param>
    /// <exception cref="AmendException">It is no report of a known version.</exception>
    public static EvalReport Read(string json, string path)
    {
        EvalReport? report;
        try
        {
            report = JsonSerializer.Deserialize<EvalReport>(json, Options);
        }
        catch (JsonException e)
        {
            throw new AmendException(
                $"'{path}' is no report of an evaluation ({e.Message.TrimEnd('.')}); give a folder that amend eval wrote.", e);
        }

        return report is { FormatVersion: 1 } known
            ? known
            : throw new AmendException(
                $"'{path}' has the form of version {report?.FormatVersion ?? 0}, and this build reads version 1; "
                + "write it again with this build.");
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(EditJson.Options)
        {
            WriteIndented = true,
            DefaultIgnoreCondition = JsonIgnoreCondition.Never,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
        };
        options.Converters.Insert(0, new MomentConverter());
        options.Converters.Add(new FiniteNumberConverter());
        options.Converters.Add(new MetricFigureConverter());
        return options;
    }
}
