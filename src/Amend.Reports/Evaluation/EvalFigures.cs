using Amend.Evaluation.Protocols;
using Amend.Evaluation.Reports;
using Amend.Reports.Charts;
using Amend.Reports.Pages;
using Amend.Reports.Plots;

namespace Amend.Reports.Evaluation;

/// <summary>The pictures of a report; an editor has one colour in all of them.</summary>
internal static class EvalFigures
{
    private const int MostFallback = 6;

    /// <summary>A bar chart for each main metric.</summary>
    public static IReadOnlyList<PageFigure> Bars(EvalReport report, Moment moment) =>
        [
            .. Main(report)
                .Where(metric => report.RowsAt(moment).Any(row => double.IsFinite(row.Figure(metric).Value)))
                .Select(metric => Bars(report.RowsAt(moment), metric, ColorsOf(report))),
        ];

    /// <summary>Generalization against specificity, for each pair of metrics that the run has.</summary>
    public static IReadOnlyList<PageFigure> Tradeoffs(EvalReport report, Moment moment) =>
    [
        .. from pair in PaperLayout.Tradeoffs
           let metrics = report.MetricsOf([pair.Specificity, pair.Generalization])
           where metrics.Count == 2
           let figure = Tradeoff(report.RowsAt(moment), metrics[0], metrics[1], ColorsOf(report))
           where figure is not null
           select figure,
    ];

    /// <summary>The target given against the model writing freely.</summary>
    public static IReadOnlyList<PageFigure> SideBySide(EvalReport report, Moment moment) =>
    [
        .. from pair in PaperLayout.SideBySide
           let metrics = pair.In(report)
           where metrics.Free.Count > 0
           select SideBySide(report.RowsAt(moment), pair.Prompts, metrics.TeacherForced[0], metrics.Free[0]),
    ];

    /// <summary>The colour of each row's name in all pictures of a report.</summary>
    public static Dictionary<string, PlotColor> ColorsOf(EvalReport report)
    {
        var colors = new Dictionary<string, PlotColor>();
        var edited = 0;
        foreach (var row in report.Rows.DistinctBy(row => row.Editor))
            colors[row.Editor] = row.IsUnedited ? PlotTheme.Baseline : PlotTheme.SeriesAt(edited++);
        return colors;
    }

    private static IReadOnlyList<ReportMetric> Main(EvalReport report) => report.MetricsOf(PaperLayout.Drawn) is { Count: > 0 } drawn
        ? drawn
        : [.. report.Metrics.Take(MostFallback)];

    private static PageFigure Bars(IReadOnlyList<ReportRow> rows, ReportMetric metric, Dictionary<string, PlotColor> colors)
    {
        var chart = new BarChart
        {
            Description = $"{metric.Definition}: "
                + $"{string.Join(", ", rows.Select(row => $"{row.Editor} {ReportText.Number(row.Figure(metric).Value)}"))}",
            Groups = [.. rows.Select(row => new BarGroup(row.Editor, [Bar(row, metric, colors[row.Editor])]))],
            Least = metric.Low,
            Most = metric.High,
        };
        return new PageFigure(metric.Heading, chart.Draw())
        {
            Note = metric.Unit.Length > 0 ? $"{metric.Definition},\u00a0{metric.Unit}" : metric.Definition,
        };
    }

    private static PageFigure SideBySide(IReadOnlyList<ReportRow> rows, string prompts, ReportMetric given, ReportMetric free)
    {
        var (first, second) = (PlotTheme.SeriesAt(4), PlotTheme.SeriesAt(0));
        var chart = new BarChart
        {
            Description = $"{given.Definition}, and {free.Definition}: "
                + string.Join(", ", rows.Select(row =>
                    $"{row.Editor} {ReportText.Number(row.Figure(given).Value)} and {ReportText.Number(row.Figure(free).Value)}")),
            Groups = [.. rows.Select(row => new BarGroup(row.Editor, [Bar(row, given, first), Bar(row, free, second)]))],
        };
        return new PageFigure($"On {prompts}", chart.Draw())
        {
            Note = "%",
            Legend = [(first, $"teacher-forced ({given.Heading})"), (second, $"freely generated ({free.Heading})")],
        };
    }

    private static PageFigure? Tradeoff(IReadOnlyList<ReportRow> rows, ReportMetric x, ReportMetric y, Dictionary<string, PlotColor> colors)
    {
        ScatterPoint[] points =
        [
            .. from row in rows
               let at = row.Figure(x)
               let up = row.Figure(y)
               where double.IsFinite(at.Value) && double.IsFinite(up.Value)
               select new ScatterPoint(row.Editor, at.Value, up.Value, (at.Low, at.High), (up.Low, up.High), colors[row.Editor]),
        ];
        if (points.Length == 0)
            return null;
        var chart = new ScatterChart
        {
            Description = $"{y.Heading} against {x.Heading}: "
                + string.Join(", ", points.Select(point =>
                    $"{point.Name} {ReportText.Number(point.Y)} at {ReportText.Number(point.X)}")),
            XTitle = $"specificity: {x.Heading}, {x.Unit}",
            YTitle = $"generalization: {y.Heading}, {y.Unit}",
            Points = points,
        };
        return new PageFigure("Generalization against specificity", chart.Draw()) { Note = "the upper right corner is best" };
    }

    private static Bar Bar(ReportRow row, ReportMetric metric, PlotColor color)
    {
        var figure = row.Figure(metric);
        return new Bar(figure.Value, figure.Low, figure.High, ReportText.Number(figure.Value), color);
    }
}
