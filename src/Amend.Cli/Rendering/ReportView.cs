using Amend.Evaluation.Metrics;
using Amend.Evaluation.Reports;

namespace Amend.Cli.Rendering;

/// <summary>A run's report in the terminal: a line a metric, a column an editor.</summary>
internal static class ReportView
{
    /// <summary>Prints a report.</summary>
    /// <param name="report">The report.</param>
    /// <param name="folder">Where its files were written; null for nowhere.</param>
    public static void Print(EvalReport report, string? folder)
    {
        foreach (var moment in report.MainMoments)
        {
            var rows = report.Rows.Where(row => row.When == moment).ToList();
            var table = Terminal.Table([$"{moment.Name} (95 % interval)", .. rows.Select(row => row.Editor)])
                .Numbers([.. Enumerable.Range(1, rows.Count)]);
            foreach (var metric in report.Metrics.Where(metric => !report.IsEmpty(metric)))
                table.Row([Text(metric), .. rows.Select(row => Text(row.Figure(metric)))]);
            table.Row(["edits that converged", .. rows.Select(row => $"{row.Converged} of {row.Cases}")]);
            table.Row(["seconds an edit", .. rows.Select(row => $"{row.SecondsAnEdit:F2}")]);
            if (report.IsStream)
                Progress(table, rows);
            Terminal.Write(table);
        }

        if (report.IsStream)
            Course(report);
        var empty = report.Metrics.Where(report.IsEmpty).Select(metric => metric.Id).ToList();
        if (empty.Count > 0)
            Terminal.Line($"No case has what these need: {string.Join(", ", empty)}.");
        foreach (var guard in report.Guards)
            Terminal.Line(GuardView.Line(guard));
        if (!report.Finished)
            Terminal.Line("The run was stopped; the same command with the same --out goes on with it.");
        if (report.SkippedRecords > 0)
            Terminal.Line($"{report.SkippedRecords} broken records were passed over.");
        foreach (var notice in report.Notices)
            Terminal.Line(notice);
        if (folder is not null)
            Terminal.Line($"Reports: {Path.Combine(folder, "report.html")}, report.md, report.json, cases.csv");
    }

    private static void Progress(TextTable table, IReadOnlyList<ReportRow> rows)
    {
        table.Row(["edits", .. rows.Select(row => $"{row.Stream?.Edits}")]);
        table.Row(["items that came", .. rows.Select(row => $"{row.Stream?.Seen}")]);
        table.Row(["right on arrival, %", .. rows.Select(row => ReportText.Number(row.Stream?.RightOnArrival ?? double.NaN))]);
        table.Row(["edited weights and adaptors, kB", .. rows.Select(row => ReportText.Kilobytes(row.Stream?.EditedBytes))]);
    }

    /// <summary>A line a row and a moment on the way.</summary>
    private static void Course(EvalReport report)
    {
        var metrics = report.Metrics.Where(metric => !report.IsEmpty(metric)).ToList();
        var table = Terminal.Table(["editor", "edits", "items", .. metrics.Select(metric => metric.Heading)])
            .Numbers([.. Enumerable.Range(1, metrics.Count + 2)]);
        foreach (var row in report.Course())
            table.Row(
                [row.Editor, $"{row.Stream!.Edits}", $"{row.Stream.Seen}",
                .. metrics.Select(metric => ReportText.Number(row.Figure(metric).Value))]);
        Terminal.Write(table);
    }

    private static string Text(ReportMetric metric) =>
        $"{metric.Id}  {metric.Definition}, {ReportText.Name(metric.Decoding)}{(metric.Unit.Length > 0 ? $", {metric.Unit}" : "")}";

    private static string Text(MetricFigure figure) => double.IsFinite(figure.Value)
        ? $"{ReportText.Number(figure.Value)} ({ReportText.Number(figure.Low)} to {ReportText.Number(figure.High)})"
        : ReportText.Number(figure.Value);
}
