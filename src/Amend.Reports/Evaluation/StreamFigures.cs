using System.Globalization;
using Amend.Evaluation.Reports;
using Amend.Reports.Charts;
using Amend.Reports.Pages;
using Amend.Reports.Plots;

namespace Amend.Reports.Evaluation;

/// <summary>Figures of a stream over its edits, a chart a metric and a line an editor, with 95 % intervals as bands.</summary>
internal static class StreamFigures
{
    private const int MostColumns = 2;

    /// <summary>The charts of a page; none where nothing was measured.</summary>
    public static IReadOnlyList<PageFigure> Of(EvalReport report) =>
    [
        .. from metric in report.Metrics
           let picture = Draw(report, metric)
           where picture is not null
           select new PageFigure(metric.Heading, picture) { Note = metric.Definition },
    ];

    /// <summary>All charts as one picture; null where nothing was measured.</summary>
    public static PictureGrid? All(EvalReport report)
    {
        (string, PlotPicture)[] panels = [.. Of(report).Select(figure => (figure.Title, figure.Picture))];
        return panels.Length == 0 ? null : new PictureGrid(panels, Math.Min(panels.Length, MostColumns), []);
    }

    private static PlotPicture? Draw(EvalReport report, ReportMetric metric)
    {
        var (colors, last) = (EvalFigures.ColorsOf(report), report.Course().Select(row => row.Stream!.Edits).DefaultIfEmpty().Max());
        LineSeries[] lines =
        [
            .. from rows in report.Course().GroupBy(row => row.Editor)
               let line = Line(rows.First().IsUnedited, [.. rows.Where(row => row.Figure(metric).Count > 0)], metric, last)
               where line.Places.Length > 0
               select new LineSeries(rows.Key, line.Values, line.HalfWidths, colors[rows.Key]) { Places = line.Places },
        ];
        return lines.Length == 0 ? null : new LineChart
        {
            Description = $"{metric.Heading} by the number of edits: " + string.Join("; ", lines.Select(line => string.Create(
                CultureInfo.InvariantCulture, $"{line.Name} {line.Values[^1]:F1} after {line.Places![^1]:F0}"))) + ".",
            XTitle = "edits",
            YTitle = metric.Unit.Length > 0 ? $"{metric.Heading}, {metric.Unit}" : metric.Heading,
            Series = lines,
            Bounds = (metric.Low, double.IsFinite(metric.High) ? metric.High : double.PositiveInfinity),
        }.Draw();
    }

    /// <summary>The unedited model stays what it is, so its line goes through to the last edit of the others.</summary>
    private static (double[] Places, double[] Values, double[] HalfWidths) Line(
        bool isUnedited, ReportRow[] rows, ReportMetric metric, int last)
    {
        if (isUnedited)
            rows = [.. rows.TakeLast(1).SelectMany(row => new[] { row, row })];
        return (
            [.. rows.Select((row, at) => (double)(isUnedited ? at * Math.Max(1, last) : row.Stream!.Edits))],
            [.. rows.Select(row => row.Figure(metric).Value)],
            [.. rows.Select(row => (row.Figure(metric).High - row.Figure(metric).Low) / 2)]);
    }
}
