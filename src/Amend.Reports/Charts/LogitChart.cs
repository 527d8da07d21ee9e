using Amend.Reports.Plots;
using ScottPlot;

namespace Amend.Reports.Charts;

/// <summary>
/// Logits before an edit (across) and after it (up). What lies on the diagonal did not move, and what lies in a shaded quarter is
/// predicted to have another label than before.
/// </summary>
public sealed record LogitChart
{
    private const int Width = 380;
    private const int Height = 370;
    private const double Margin = 0.03;
    private const byte ShadeOpacity = 110;
    private static readonly Dictionary<char, MarkerShape> Shapes = new()
    {
        [LogitSeries.Circle] = MarkerShape.FilledCircle,
        [LogitSeries.Square] = MarkerShape.FilledSquare,
        [LogitSeries.Triangle] = MarkerShape.FilledTriangleUp,
        [LogitSeries.Diamond] = MarkerShape.FilledDiamond,
    };

    /// <summary>What it shows, in words.</summary>
    public required string Description { get; init; }

    /// <summary>What is along the lower axis.</summary>
    public required string XTitle { get; init; }

    /// <summary>What is along the left axis.</summary>
    public required string YTitle { get; init; }

    /// <summary>The ends of both axes, which panels to be compared share.</summary>
    public required (double Low, double High) Range { get; init; }

    /// <summary>The points by kind; later ones are drawn over earlier ones.</summary>
    public required IReadOnlyList<LogitSeries> Series { get; init; }

    /// <summary>Draws it.</summary>
    public PlotPicture Draw()
    {
        var plot = PlotTheme.NewPlot();
        var (low, high) = (Range.Low - Margin * (Range.High - Range.Low), Range.High + Margin * (Range.High - Range.Low));
        var ticks = AxisTicks.Over(low, high, parts: 5).Between(low, high);
        plot.Axes.SetLimits(low, high, low, high);
        plot.Axes.Bottom.SetTicks(ticks.Places, ticks.Labels);
        plot.Axes.Left.SetTicks(ticks.Places, ticks.Labels);
        plot.Axes.Bottom.Label.Text = XTitle;
        plot.Axes.Left.Label.Text = YTitle;
        plot.Layout.Fixed(new PixelPadding(52, 10, 46, 8));
        Shade(plot, low, 0, 0, high);
        Shade(plot, 0, high, low, 0);
        Line(plot, low, 0, high, 0);
        Line(plot, 0, low, 0, high);
        Line(plot, low, low, high, high);
        foreach (var series in Series)
            Draw(plot, series);
        return new PlotPicture(plot, Width, Height, Description);
    }

    private static void Draw(Plot plot, LogitSeries series)
    {
        if (series.Points.Count == 0)
            return;
        var drawn = plot.Add.Markers(
            series.Points.Select(point => new Coordinates(point.Before, point.After)).ToArray(),
            Shapes[series.Mark],
            series.Size,
            series.Color.Paint);
        drawn.MarkerStyle.FillColor = series.Color.Paint.WithOpacity(series.Opacity);
        drawn.MarkerStyle.LineWidth = 0;
    }

    private static void Shade(Plot plot, double left, double right, double bottom, double top)
    {
        var area = plot.Add.Rectangle(left, right, bottom, top);
        (area.FillColor, area.LineWidth) = (PlotTheme.Grid.Paint.WithAlpha(ShadeOpacity), 0);
    }

    private static void Line(Plot plot, double x1, double y1, double x2, double y2)
    {
        var line = plot.Add.Line(x1, y1, x2, y2);
        (line.LineColor, line.LineWidth, line.MarkerSize) = (PlotTheme.Muted.Paint, 1, 0);
    }
}

/// <summary>Points of one kind.</summary>
/// <param name="Points">Their logits.</param>
/// <param name="Mark">What stands at a point: one of the characters below.</param>
/// <param name="Color">Their colour.</param>
/// <param name="Size">The size of a mark, in CSS pixels.</param>
/// <param name="Opacity">0 to 1.</param>
public sealed record LogitSeries(
    IReadOnlyList<(double Before, double After)> Points, char Mark, PlotColor Color, float Size, double Opacity)
{
    /// <summary>A filled circle.</summary>
    public const char Circle = '●';

    /// <summary>A filled square.</summary>
    public const char Square = '■';

    /// <summary>A filled triangle.</summary>
    public const char Triangle = '▲';

    /// <summary>A filled diamond.</summary>
    public const char Diamond = '◆';
}
