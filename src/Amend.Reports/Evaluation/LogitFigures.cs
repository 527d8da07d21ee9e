using System.Globalization;
using Amend.Evaluation.Metrics;
using Amend.Evaluation.Reports;
using Amend.Reports.Charts;
using Amend.Reports.Pages;
using Amend.Reports.Plots;

namespace Amend.Reports.Evaluation;

/// <summary>The scatter of logits before and after the edits, a panel a row of the run (De Cao et al. 2021, on FEVER).</summary>
internal static class LogitFigures
{
    private const int MostColumns = 2;

    /// <summary>Kinds of text in the order in which they are drawn, with their marks.</summary>
    private static readonly Mark[] Marks =
    [
        new("to retain, kept", LogitSeries.Circle, PlotTheme.Baseline, 4, 0.45, point => IsRetained(point, lost: false)),
        new("to retain, lost", LogitSeries.Square, PlotTheme.SeriesAt(4), 5, 0.8, point => IsRetained(point, lost: true)),
        new("paraphrase", LogitSeries.Triangle, PlotTheme.SeriesAt(0), 6, 0.6, point => point.Kind == PromptKind.Paraphrase),
        new("edited", LogitSeries.Diamond, PlotTheme.SeriesAt(1), 6.5f, 0.8, point => point.Kind == PromptKind.Rewrite),
    ];

    /// <summary>A panel of a page.</summary>
    /// <param name="panel">What it shows.</param>
    /// <param name="all">The panels that it is compared with, itself among them: they have the same axes.</param>
    public static PageFigure Panel(LogitShifts panel, IReadOnlyList<LogitShifts> all) => new(panel.Editor, Draw(panel, RangeOf(all)))
    {
        Note = panel.Points.Count < panel.All ? $"{Number(panel.Points.Count)} of {Number(panel.All)} texts" : $"{Number(panel.All)} texts",
        Legend = [.. Drawn(all).Select(mark => (mark.Color, mark.Meaning))],
    };

    /// <summary>All panels of the first moment as one picture; null where there are none.</summary>
    public static PictureGrid? All(EvalReport report)
    {
        LogitShifts[] panels = [.. report.Logits.Where(panel => panel.When == report.Logits[0].When)];
        return panels.Length == 0 ? null : new PictureGrid(
            [.. panels.Select(panel => (panel.Editor, Draw(panel, RangeOf(panels))))],
            Math.Min(panels.Length, MostColumns),
            [.. Drawn(panels).Select(mark => (mark.Color, mark.Shape, mark.Meaning))]);
    }

    private static PlotPicture Draw(LogitShifts panel, (double Low, double High) range) => new LogitChart
    {
        Description = $"Logits before and after the edits of {panel.Editor}: "
            + string.Join(", ", Marks.Select(mark => $"{mark.Meaning} {Number(panel.Points.Count(mark.Has))}")),
        XTitle = $"logit of {panel.Label} before",
        YTitle = "after the edit",
        Range = range,
        Series =
        [
            .. Marks.Select(mark => new LogitSeries(
                [.. panel.Points.Where(mark.Has).Select(point => (point.Before, point.After))], mark.Shape, mark.Color, mark.Size,
                mark.Opacity)),
        ],
    }.Draw();

    private static IEnumerable<Mark> Drawn(IReadOnlyList<LogitShifts> panels) =>
        Marks.Where(mark => panels.Any(panel => panel.Points.Any(mark.Has)));

    private static (double Low, double High) RangeOf(IReadOnlyList<LogitShifts> panels)
    {
        var farthest = panels.SelectMany(panel => panel.Points).Max(point => Math.Max(Math.Abs(point.Before), Math.Abs(point.After)));
        return (-farthest, farthest);
    }

    private static bool IsRetained(LogitShift point, bool lost) => point.Kind == PromptKind.Neighborhood && point.IsFlipped == lost;

    private static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>How a kind of text is drawn.</summary>
    private sealed record Mark(string Meaning, char Shape, PlotColor Color, float Size, double Opacity, Func<LogitShift, bool> Has);
}
