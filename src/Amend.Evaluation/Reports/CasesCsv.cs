using System.Globalization;
using System.Text;
using Amend.Evaluation.Datasets.Records;
using Amend.Evaluation.Protocols;
using Amend.Tensors;

namespace Amend.Evaluation.Reports;

/// <summary>
/// <c>cases.csv</c> (docs/formats/report.md): a line for each row, moment and case. It holds no times and no ids of edits, which
/// differ from run to run, so that the same run gives the same bytes.
/// </summary>
public static class CasesCsv
{
    private const string SixDigits = "G6";
    private static readonly string[] Fixed = ["editor", "when", "case_id", "converged"];

    /// <summary>The file's text.</summary>
    public static string Write(EvalReport report)
    {
        var text = new StringBuilder(Csv.Line([.. Fixed, .. report.CaseMetrics]));
        foreach (var line in report.CaseLines)
        {
            string[] first = [line.Editor, line.When.Name, line.CaseId, line.Converged ? "true" : "false"];
            text.Append(Csv.Line([.. first, .. report.CaseMetrics.Select(id => Number(line.ValueOf(id)))]));
        }

        return text.ToString();
    }

    /// <summary>Reads the lines.</summary>
    /// <param name="reader">The file's text.</param>
    /// <param name="path">Where it is from, for messages.</param>
    /// <exception cref="AmendException">It is no file of cases, or a line is broken.</exception>
    public static (IReadOnlyList<string> Metrics, IReadOnlyList<CaseLine> Lines) Read(TextReader reader, string path)
    {
        using var records = Csv.Read(reader).GetEnumerator();
        if (!records.MoveNext() || !records.Current.Take(Fixed.Length).SequenceEqual(Fixed))
            throw new AmendException(
                $"'{path}' does not begin with the columns {string.Join(", ", Fixed)}; give a folder that amend eval wrote.");
        string[] metrics = [.. records.Current.Skip(Fixed.Length)];
        var lines = new List<CaseLine>();
        while (records.MoveNext())
            lines.Add(Line(records.Current, metrics, path, lines.Count + 1));
        return (metrics, lines);
    }

    private static CaseLine Line(IReadOnlyList<string> fields, string[] metrics, string path, int number)
    {
        if (fields.Count != Fixed.Length + metrics.Length)
            throw new AmendException(
                $"Case {number} in '{path}' has {fields.Count} fields instead of {Fixed.Length + metrics.Length}; write the report again.");
        var values = new Dictionary<string, double?>();
        foreach (var (metric, text) in metrics.Zip(fields.Skip(Fixed.Length)))
        {
            if (text.Length == 0)
                values[metric] = null;
            else if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
                values[metric] = value;
            else
                throw new AmendException(
                    $"Case {number} in '{path}' has the {metric} '{text}', which is no number; write the report again.");
        }

        return new CaseLine(fields[0], Moment.Parse(fields[1]), fields[2], fields[3] == "true", values);
    }

    private static string Number(double? value) =>
        value is not { } number ? "" : (number + 0.0).ToString(SixDigits, CultureInfo.InvariantCulture);
}

/// <summary>The values of one case at one moment: a line of <c>cases.csv</c>.</summary>
/// <param name="Editor">The row's name.</param>
/// <param name="When">When it was measured.</param>
/// <param name="CaseId">The case.</param>
/// <param name="Converged">Whether the editor's optimisation reached its threshold.</param>
/// <param name="Values">The values by the metrics' ids, of metrics with a value a case; null where this case has none.</param>
public sealed record CaseLine(string Editor, Moment When, string CaseId, bool Converged, IReadOnlyDictionary<string, double?> Values)
{
    /// <summary>The value of a metric; null where the case has none.</summary>
    public double? ValueOf(string metric) => Values.TryGetValue(metric, out var value) ? value : null;
}
