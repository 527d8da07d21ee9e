using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Amend.Editing.Editors;
using Amend.Evaluation.Cases;
using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;
using Amend.Evaluation.Runs;

namespace Amend.Evaluation.Reports;

/// <summary>What a row of a run gave at one moment.</summary>
public sealed record ReportRow
{
    /// <summary>The row's name in the run.</summary>
    public required string Editor { get; init; }

    /// <summary>When it was measured.</summary>
    public required Moment When { get; init; }

    /// <summary>The editor's own name, without settings.</summary>
    public required string Method { get; init; }

    /// <summary>Every setting of the editor, as it was used.</summary>
    public required JsonObject Settings { get; init; }

    /// <summary>The layer that was asked for; null for the preset's.</summary>
    public required int? Layer { get; init; }

    /// <summary>The figures, by the metrics' ids.</summary>
    public required IReadOnlyDictionary<string, MetricFigure> Metrics { get; init; }

    /// <summary>Cases measured; of a stream, those that were edited.</summary>
    public required int Cases { get; init; }

    /// <summary>Edits whose optimisation reached its threshold.</summary>
    public required int Converged { get; init; }

    /// <summary>Mean wall time of an edit, in seconds.</summary>
    public required double SecondsAnEdit { get; init; }

    /// <summary>Cases of the row over the wall time of all its phases.</summary>
    public required double CasesPerSecond { get; init; }

    /// <summary>Wall time of the row's phases, in seconds; of the whole row, also where it was measured at several moments.</summary>
    public required PhaseTimes Seconds { get; init; }

    /// <summary>How far the stream was; null of a row of another run.</summary>
    public ReportStream? Stream { get; init; }

    /// <summary>Whether nothing was edited, so that the row is what others are compared with.</summary>
    [JsonIgnore]
    public bool IsUnedited => Method == NoEdit.EditorName;

    /// <summary>The figure of a metric; no number where it was not measured.</summary>
    public MetricFigure Figure(ReportMetric metric) =>
        Metrics.TryGetValue(metric.Id, out var figure) ? figure : MetricFigure.MeanOf([]);

    internal static ReportRow Of(RowResult row, Moment when, IReadOnlyList<IMetric> metrics, int seed)
    {
        var measured = row.MeasuredAt(when);
        CaseResult[] cases = [.. row.Cases.Where(one => one.At(when) is { Role: CaseRole.Edited })];
        return new ReportRow
        {
            Editor = row.Row.Name,
            When = when,
            Method = row.Row.Editor,
            Settings = row.Settings,
            Layer = row.Row.Layer,
            Metrics = metrics.ToDictionary(metric => metric.Info.Id, metric => metric.Over(measured, seed)),
            Cases = cases.Length,
            Converged = cases.Count(one => one.Converged),
            SecondsAnEdit = cases.Select(one => one.EditSeconds).DefaultIfEmpty(double.NaN).Average(),
            CasesPerSecond = row.Times.Total > 0 ? row.Cases.Count / row.Times.Total : double.NaN,
            Seconds = row.Times,
            Stream = ReportStream.Of(row, when),
        };
    }
}
