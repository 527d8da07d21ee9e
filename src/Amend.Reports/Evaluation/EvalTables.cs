using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;
using Amend.Evaluation.Reports;
using Amend.Reports.Pages;

namespace Amend.Reports.Evaluation;

/// <summary>The tables of a report.</summary>
internal static class EvalTables
{
    /// <summary>Editors downwards, metrics across, the best editor of each column emphasised.</summary>
    public static PageTable Figures(EvalReport report, Moment moment, IReadOnlyList<ReportMetric> metrics)
    {
        var rows = report.RowsAt(moment);
        return new PageTable(
            [
                new PageColumn("Editor"),
                .. metrics.Select(metric => new PageColumn(metric.Heading) { Note = Direction(metric), Numbers = true }),
            ],
            [.. rows.Select(row => (IReadOnlyList<PageCell>)[Name(row), .. metrics.Select(metric => Cell(row, metric, rows))])]);
    }

    /// <summary>Metrics downwards, editors across.</summary>
    public static PageTable Transposed(EvalReport report, Moment moment, IReadOnlyList<ReportMetric> metrics)
    {
        var rows = report.RowsAt(moment);
        return new PageTable(
            [new PageColumn("Metric"), new PageColumn("Answer"), .. rows.Select(row => new PageColumn(row.Editor) { Numbers = true })],
            [.. metrics.Select(metric => (IReadOnlyList<PageCell>)
            [
                new PageCell(metric.Definition) { Note = $"{metric.Heading}, {Direction(metric)}" },
                ReportText.Name(metric.Decoding),
                .. rows.Select(row => Cell(row, metric, rows)),
            ])]);
    }

    /// <summary>How far a stream was and what it gave, a line a row and a moment.</summary>
    public static PageTable Course(EvalReport report)
    {
        ReportMetric[] metrics = [.. report.Metrics.Where(metric => !report.IsEmpty(metric))];
        string[] first = ["Edits", "Items", "Right on arrival", "kB", "s\u00a0/\u00a0edit"];
        return new PageTable(
            [
                new PageColumn("Editor"),
                .. first.Concat(metrics.Select(metric => metric.Heading)).Select(heading => new PageColumn(heading) { Numbers = true }),
            ],
            [.. report.Course().Select(row => (IReadOnlyList<PageCell>)
            [
                new PageCell(row.Editor) { Note = row.When.Name },
                $"{row.Stream!.Edits}",
                $"{row.Stream.Seen}",
                ReportText.Number(row.Stream.RightOnArrival),
                ReportText.Kilobytes(row.Stream.EditedBytes),
                row.IsUnedited ? "–" : ReportText.Number(row.SecondsAnEdit, "0.000"),
                .. metrics.Select(metric => (PageCell)ReportText.Number(row.Figure(metric).Value)),
            ])]);
    }

    /// <summary>What each column means, and when it was measured.</summary>
    public static PageTable Definitions(EvalReport report)
    {
        var when = string.Join(", ", report.MainMoments.Select(moment => moment.Name));
        return new PageTable(
            [new("Metric"), new("Definition"), new("Answer"), new("Measured"), new("Range"), new("Figure and interval"), new("Source")],
            [.. report.Metrics.Select(metric => (IReadOnlyList<PageCell>)
            [
                new PageCell(metric.Heading) { Note = metric.Heading == metric.Id ? "" : metric.Id },
                metric.Definition,
                ReportText.Name(metric.Decoding),
                when,
                Range(metric),
                ReportText.Name(metric.Aggregation),
                metric.Paper,
            ])]);
    }

    /// <summary>Cases, convergence and wall time of each row.</summary>
    public static PageTable Times(EvalReport report) => new(
        [
            new("Editor"),
            .. new[]
            {
                "Cases",
                "Converged",
                "s\u00a0/\u00a0edit",
                "Cases\u00a0/\u00a0s",
                "Total\u00a0s",
                "Reading",
                "Editing",
                "Scoring",
                "Generating",
                "Writing",
            }
                .Select(heading => new PageColumn(heading) { Numbers = true }),
        ],
        [.. report.Rows.Where(row => report.MainMoments.Contains(row.When)).Select(row => (IReadOnlyList<PageCell>)
        [
            new PageCell(row.Editor) { Note = row.When.Name },
            $"{row.Cases}",
            row.IsUnedited ? "–" : $"{row.Converged}",
            row.IsUnedited ? "–" : ReportText.Number(row.SecondsAnEdit, "0.000"),
            ReportText.Number(row.CasesPerSecond, "0.00"),
            ReportText.Number(row.Seconds.Total),
            Phase(row, row.Seconds.Reading),
            Phase(row, row.Seconds.Editing),
            Phase(row, row.Seconds.Scoring),
            Phase(row, row.Seconds.Generating),
            Phase(row, row.Seconds.Writing),
        ])]);

    /// <summary>What a guard found in each row.</summary>
    public static PageTable Guards(EvalReport report) => new(
        [
            new("Editor"),
            .. new[]
            {
                "Writes",
                "Taken back",
                "Greatest write",
                "Greatest norm",
                "Least denominator",
                "Greatest perplexity ratio",
                "Least past",
            }
                .Select(heading => new PageColumn(heading) { Numbers = true }),
        ],
        [.. report.Guards.Select(guard => (IReadOnlyList<PageCell>)
        [
            new PageCell(guard.Editor) { Note = guard.Stopped ? "stopped" : "" },
            $"{guard.Writes}",
            $"{guard.Breaches.Count}",
            Extreme(guard, write => write.Write, Enumerable.Max),
            Extreme(guard, write => write.Norm, Enumerable.Max),
            Extreme(guard, write => write.Denominator, Enumerable.Min),
            Extreme(guard, write => write.Perplexity, Enumerable.Max),
            Extreme(guard, write => write.Past, Enumerable.Min),
        ])]);

    /// <summary>The writes of a row that were taken back.</summary>
    public static PageTable Breaches(ReportGuard guard) => new(
        [new("Case") { Numbers = true }, new("Measure"), new("Why")],
        [.. guard.Breaches.Select(breach => (IReadOnlyList<PageCell>)[$"{breach.Place + 1}", breach.Measure, breach.Reason])]);

    /// <summary>The worst cases of a row.</summary>
    public static PageTable Worst(WorstCases worst) => new(
        [new("Case"), new("Mean success") { Numbers = true }, new("Prompt"), new("Wanted"), new("Before"), new("After")],
        [.. worst.Cases.SelectMany(one => one.Prompts.Select((prompt, at) => (IReadOnlyList<PageCell>)
        [
            at > 0 ? "" : new PageCell(one.CaseId) { Note = one.Converged ? "" : "not converged" },
            at > 0 ? "" : ReportText.Number(one.Success),
            new PageCell(prompt.Prompt) { Note = ReportText.Name(prompt.Kind) },
            new PageCell(prompt.Wanted) { Note = prompt.Rival is { } rival ? $"not {rival}" : "" },
            ReportText.Answer(prompt.Before, prompt.Wanted, prompt.Rival),
            ReportText.Answer(prompt.After, prompt.Wanted, prompt.Rival),
        ]))]);

    /// <summary>The rows with their settings.</summary>
    public static PageTable Settings(EvalReport report) => new(
        [new("Row"), new("Method"), new("Layer"), new("Settings over the preset")],
        [.. report.Run.Rows.Select(row => (IReadOnlyList<PageCell>)
            [
                row.Name,
                row.Editor,
                row.Layer is { } layer ? $"{layer}" : "preset",
                row.Settings.Count == 0 ? "none" : ReportText.Settings(row.Settings),
            ])]);

    private static PageCell Name(ReportRow row) => new(row.Editor) { Note = row.IsUnedited ? "unedited" : "" };

    private static PageCell Cell(ReportRow row, ReportMetric metric, IReadOnlyList<ReportRow> rows)
    {
        var figure = row.Figure(metric);
        var interval = ReportText.Interval(figure);
        return new PageCell(ReportText.Number(figure.Value))
        {
            Note = figure.Count > 0 && figure.Count != row.Cases ? $"{interval}, n {figure.Count}" : interval,
            Strong = IsBest(row, metric, rows),
        };
    }

    /// <summary>
    /// The best of the editors, by the number as it is printed; none
    /// where all are equal, and the unedited model does not compete.
    /// </summary>
    private static bool IsBest(ReportRow row, ReportMetric metric, IReadOnlyList<ReportRow> rows)
    {
        var rivals = rows.Where(other => !other.IsUnedited).Select(other => other.Figure(metric).Value).Where(double.IsFinite).ToList();
        var value = row.Figure(metric).Value;
        return !row.IsUnedited && double.IsFinite(value) && rivals.Select(other => ReportText.Number(other)).Distinct().Count() > 1
            && !rivals.Exists(other => metric.IsBetter(other, value) && ReportText.Number(other) != ReportText.Number(value));
    }

    private static string Direction(ReportMetric metric) =>
        $"{metric.Unit} {(metric.Direction == MetricDirection.HigherIsBetter ? "↑" : "↓")}".Trim();

    private static string Range(ReportMetric metric) =>
        $"{(double.IsFinite(metric.Low) ? ReportText.Number(metric.Low, "0") : "−∞")} to "
        + (double.IsFinite(metric.High) ? ReportText.Number(metric.High, "0") : "∞")
        + (metric.Unit.Length > 0 ? $" {metric.Unit}, " : ", ")
        + (metric.Direction == MetricDirection.HigherIsBetter ? "higher is better" : "lower is better");

    private static PageCell Extreme(ReportGuard guard, Func<ReportWrite, double> of, Func<IEnumerable<double>, double> choose) =>
        ReportText.Number(choose(guard.Passed.Select(of).Where(double.IsFinite).DefaultIfEmpty(double.NaN)), "0.000");

    private static PageCell Phase(ReportRow row, double seconds) =>
        new(ReportText.Number(seconds)) { Note = row.Seconds.Total > 0 ? ReportText.Percent(seconds / row.Seconds.Total) : "" };
}
