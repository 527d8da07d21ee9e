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
        foreach (var moment in report.Moments)
        {
            var rows = report.Rows.Where(row => row.When == moment).ToList();
            var table = Terminal.Table([$"{moment.Name} (95 % interval)", .. rows.Select(row => row.Editor)])
                .Numbers([.. Enumerable.Range(1, rows.Count)]);
            foreach (var metric in report.Metrics.Where(metric => !report.IsEmpty(metric)))
                table.Row([Text(metric), .. rows.Select(row => Text(row.Figure(metric)))]);
            table.Row(["edits that converged", .. rows.Select(row => $"{row.Converged} of {row.Cases}")]);
            table.Row(["seconds an edit", .. rows.Select(row => $"{row.SecondsAnEdit:F2}")]);
            Terminal.Write(table);
        }

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

    private static string Text(ReportMetric metric) =>
        $"{metric.Id}  {metric.Definition}, {ReportText.Name(metric.Decoding)}{(metric.Unit.Length > 0 ? $", {metric.Unit}" : "")}";

    private static string Text(MetricFigure figure) => double.IsFinite(figure.Value)
        ? $"{ReportText.Number(figure.Value)} ({ReportText.Number(figure.Low)} to {ReportText.Number(figure.High)})"
        : ReportText.Number(figure.Value);
}
