using System.Text.Json.Serialization;
using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;
using Amend.Evaluation.Runs;

namespace Amend.Evaluation.Reports;

/// <summary>All that is reported of a run, computed once for all forms of report. As JSON: docs/formats/report.md.</summary>
public sealed record EvalReport
{
    /// <summary>The version of the form.</summary>
    public int FormatVersion { get; init; } = 1;

    /// <summary>The data set.</summary>
    public required string Suite { get; init; }

    /// <summary>The model.</summary>
    public required string Model { get; init; }

    /// <summary>When cases are edited and measured.</summary>
    public required string Protocol { get; init; }

    /// <summary>Whether all cases of all rows are there.</summary>
    public required bool Finished { get; init; }

    /// <summary>Broken records that were passed over.</summary>
    public required int SkippedRecords { get; init; }

    /// <summary>What a reader of the figures should know of the cases, a sentence each.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];

    /// <summary>The rows in the run's order, each for each of its moments.</summary>
    public required IReadOnlyList<ReportRow> Rows { get; init; }

    /// <summary>The columns in the run's order.</summary>
    public required IReadOnlyList<ReportMetric> Metrics { get; init; }

    /// <summary>The worst cases of each row that edited something.</summary>
    public required IReadOnlyList<WorstCases> WorstCases { get; init; }

    /// <summary>What a guard found, a row each; empty where none watched.</summary>
    public IReadOnlyList<ReportGuard> Guards { get; init; } = [];

    /// <summary>What the run is.</summary>
    public required RunDescription Run { get; init; }

    /// <summary>Wall time of what all rows share, in seconds: reading the cases and asking the unedited model.</summary>
    public PhaseTimes SharedSeconds { get; init; } = new(0, 0, 0, 0, 0);

    /// <summary>Ids of the metrics that have a value a case, parts of joined ones included: the columns of <c>cases.csv</c>.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> CaseMetrics { get; init; } = [];

    /// <summary>The values of each case, in the order of <see cref="Rows"/>.</summary>
    [JsonIgnore]
    public IReadOnlyList<CaseLine> CaseLines { get; init; } = [];

    /// <summary>Logits before and after the edits of each row, of a classifier of two labels; else none.</summary>
    [JsonIgnore]
    public IReadOnlyList<LogitShifts> Logits { get; init; } = [];

    /// <summary>Whether cases were edited as a stream.</summary>
    [JsonIgnore]
    public bool IsStream => Run.Stream is not null;

    /// <summary>The moments of the rows, in their order.</summary>
    [JsonIgnore]
    public IReadOnlyList<Moment> Moments => [.. Rows.Select(row => row.When).Distinct().OrderBy(moment => moment.Order)];

    /// <summary>The report of a run.</summary>
    public static EvalReport Of(RunResult result)
    {
        var metrics = result.Metrics;
        IMetric[] ofCases = [.. metrics.Concat(metrics.OfType<JoinedMetric>().SelectMany(joined => joined.Parts))
            .Where(metric => metric is not JoinedMetric).DistinctBy(metric => metric.Info.Id)];
        return new EvalReport
        {
            Suite = result.Run.Suite,
            Model = result.Run.Model,
            Protocol = result.Run.Protocol,
            Finished = result.Finished,
            SkippedRecords = result.SkippedRecords,
            Notices = result.Notices,
            Rows = [.. RowsAndMoments(result).Select(at => ReportRow.Of(at.Row, at.When, metrics, result.Run.Seed))],
            Metrics = [.. metrics.Select(ReportMetric.Of)],
            WorstCases = [.. result.Rows.Select(Reports.WorstCases.Of).OfType<WorstCases>()],
            Guards = [.. result.Rows.Select(ReportGuard.Of).OfType<ReportGuard>()],
            Run = result.Run,
            SharedSeconds = result.Shared,
            CaseMetrics = [.. ofCases.Select(metric => metric.Info.Id)],
            Logits = LogitShifts.Of(result),
            CaseLines = [.. RowsAndMoments(result).SelectMany(at => Lines(at.Row, at.When, ofCases))],
        };
    }

    /// <summary>
    /// The moments whose figures stand for the run: all of them, and of a stream the last one, since the others are on the way to it.
    /// </summary>
    [JsonIgnore]
    public IReadOnlyList<Moment> MainMoments => IsStream ? [.. Moments.TakeLast(1)] : Moments;

    /// <summary>Whether no case of any row has a value of a metric.</summary>
    public bool IsEmpty(ReportMetric metric) => Rows.All(row => row.Figure(metric).Count == 0);

    /// <summary>The rows of a stream at each moment that all of it was measured at, in the run's order.</summary>
    public IReadOnlyList<ReportRow> Course() => [.. Rows.Where(row => row.Stream is not null)];

    /// <summary>The columns of ids, without those that the run did not measure.</summary>
    internal IReadOnlyList<ReportMetric> MetricsOf(IEnumerable<string> ids) =>
        [.. ids.Select(id => Metrics.FirstOrDefault(metric => metric.Id == id)).OfType<ReportMetric>()];

    /// <summary>The rows of a moment.</summary>
    internal IReadOnlyList<ReportRow> RowsAt(Moment moment) => [.. Rows.Where(row => row.When == moment)];

    private static IEnumerable<(RowResult Row, Moment When)> RowsAndMoments(RunResult result) =>
        from row in result.Rows
        from moment in row.Cases.SelectMany(one => one.Answers.Keys).Distinct().OrderBy(moment => moment.Order)
        where moment != Moment.OnArrival
        select (row, moment);

    private static IEnumerable<CaseLine> Lines(RowResult row, Moment when, IMetric[] metrics) =>
        from one in row.Cases
        let measured = one.At(when)
        where measured is not null
        select new CaseLine(row.Row.Name, when, one.CaseId, one.Converged,
            metrics.ToDictionary(metric => metric.Info.Id, metric => metric.ValueOf(measured)));
}
