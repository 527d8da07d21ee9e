using System.Globalization;
using Amend.Reports.Plots;
using ScottPlot;

namespace Amend.Reports.Charts;

/// <summary>Lines over numbers with bands around them; a line is known by its marker as well as by its colour.</summary>
public sealed record LineChart
{
    private const int Width = 460;
    private const int PlotHeight = 250;
    private const int LegendRowPixels = 20;
    private const int MostLegendColumns = 2;
    private const float KeyWidth = 40;
    private const double BandAlpha = 0.16;
    private const int MostTicks = 16;
    private const float MarkerSize = 7;

    private static readonly PixelPadding Padding = new(64, 12, 46, 8);

    private static readonly MarkerShape[] Shapes =
    [
        MarkerShape.FilledCircle, MarkerShape.FilledSquare, MarkerShape.FilledTriangleUp,
        MarkerShape.FilledDiamond, MarkerShape.FilledTriangleDown, MarkerShape.OpenCircle,
    ];

    /// <summary>What it shows, in words.</summary>
    public required string Description { get; init; }

    /// <summary>A line above it; empty where the page says it.</summary>
    public string Title { get; init; } = "";

    /// <summary>What is along the lower axis.</summary>
    public required string XTitle { get; init; }

    /// <summary>What is along the left axis.</summary>
    public required string YTitle { get; init; }

    /// <summary>The lines, at least one; of the same length where they have no places of their own.</summary>
    public required IReadOnlyList<LineSeries> Series { get; init; }

    /// <summary>Where the values lie along the lower axis, ascending; at 0, 1, 2 and so on when null.</summary>
    public IReadOnlyList<double>? Places { get; init; }

    /// <summary>The least and the largest value that there can be, at which bands end; without bounds by default.</summary>
    public (double Least, double Most) Bounds { get; init; } = (double.NegativeInfinity, double.PositiveInfinity);

    /// <summary>Keys stand side by side where all their names have room to.</summary>
    private int LegendColumns => Series.All(HasRoomBeside) ? MostLegendColumns : 1;

    private int TitleRows => Title.Length > 0 ? 1 : 0;

    /// <summary>Pixels above the highest tick: a row for the title, then the legend's.</summary>
    private int Headroom => ((TitleRows + ((Series.Count + LegendColumns - 1) / LegendColumns)) * LegendRowPixels) + 10;

    /// <summary>Draws it.</summary>
    public PlotPicture Draw()
    {
        var plot = PlotTheme.NewPlot();
        double[] shared = [.. Places ?? [.. Enumerable.Range(0, Series[0].Values.Count).Select(at => (double)at)]];
        double[] xs = Series.Any(series => series.Places is not null)
            ? [.. Series.SelectMany(series => series.Places ?? shared).Distinct().Order()]
            : shared;
        List<double> ends = [.. Series.SelectMany(series => BandOf(series).SelectMany(band => new[] { band.Low, band.High }))];
        var y = AxisTicks.Over(Math.Min(0, ends.Min()), ends.Max(), parts: 5);
        var span = y.High - y.Low;
        var top = y.High + (span * Headroom / PlotHeight);
        var (first, last) = LowerAxis(plot, xs);
        plot.Axes.SetLimits(first, last, y.Low, top);
        plot.Axes.Left.SetTicks(y.Places, y.Labels);
        plot.Axes.Bottom.Label.Text = XTitle;
        plot.Axes.Left.Label.Text = YTitle;
        plot.Grid.XAxisStyle.IsVisible = false;
        if (Title.Length > 0)
            Write(
                plot,
                Title,
                (first + last) / 2,
                top - (span * LegendRowPixels / 2 / PlotHeight),
                Alignment.MiddleCenter,
                PlotTheme.TextSize);
        foreach (var (series, at) in Series.Select((series, at) => (series, at)))
        {
            DrawLine(plot, [.. series.Places ?? shared], series, Shapes[at % Shapes.Length]);
            var column = at % LegendColumns;
            var row = TitleRows + (at / LegendColumns);
            DrawKey(
                plot,
                series,
                Shapes[at % Shapes.Length],
                first + ((last - first) * (0.02 + ((double)column / LegendColumns))),
                top - (span * ((row + 0.6) * LegendRowPixels) / PlotHeight),
                (last - first) * 0.04);
        }

        plot.Layout.Fixed(Padding);
        return new PlotPicture(plot, Width, PlotHeight + Headroom + (int)(Padding.Bottom + Padding.Top), Description);
    }

    private static bool HasRoomBeside(LineSeries series) =>
        PlotFonts.Width(series.Name, PlotTheme.SmallTextSize) <= ColumnWidth(MostLegendColumns);

    /// <summary>Pixels that a name has in a legend of so many columns.</summary>
    private static float ColumnWidth(int columns) => ((Width - Padding.Left - Padding.Right) / columns) - KeyWidth;

    /// <summary>The ends of a line's band at each of its places, within the bounds.</summary>
    private IEnumerable<(double Low, double High)> BandOf(LineSeries series) => series.Values.Select((value, at) => (
        Math.Clamp(value - Finite(series.HalfWidths[at]), Bounds.Least, Bounds.Most),
        Math.Clamp(value + Finite(series.HalfWidths[at]), Bounds.Least, Bounds.Most)));

    /// <summary>Sets the ticks of the lower axis, whole numbers or round ones over the places, and gives its ends.</summary>
    private (double First, double Last) LowerAxis(Plot plot, double[] xs)
    {
        if (Places is null && Series.All(series => series.Places is null))
        {
            int[] places = [.. Enumerable.Range(0, xs.Length).Where(at => at % Step(xs.Length) == 0)];
            plot.Axes.Bottom.SetTicks(
                [.. places.Select(at => (double)at)], [.. places.Select(at => at.ToString(CultureInfo.InvariantCulture))]);
            return (-0.5, xs.Length - 0.5);
        }

        var ticks = AxisTicks.Over(Math.Min(0, xs[0]), xs[^1], parts: 5);
        plot.Axes.Bottom.SetTicks(ticks.Places, ticks.Labels);
        return (ticks.Low - ((ticks.High - ticks.Low) * 0.02), ticks.High * 1.02);
    }

    private void DrawLine(Plot plot, double[] xs, LineSeries series, MarkerShape shape)
    {
        var band = plot.Add.FillY(xs, [.. BandOf(series).Select(at => at.Low)], [.. BandOf(series).Select(at => at.High)]);
        (band.FillColor, band.LineWidth, band.MarkerSize) = (series.Color.Paint.WithAlpha(BandAlpha), 0, 0);
        var line = plot.Add.Scatter(xs, [.. series.Values], series.Color.Paint);
        (line.LineWidth, line.MarkerShape, line.MarkerSize) = (1.8f, shape, MarkerSize);
    }

    private void DrawKey(Plot plot, LineSeries series, MarkerShape shape, double x, double y, double length)
    {
        var line = plot.Add.Line(x, y, x + length, y);
        (line.LineColor, line.LineWidth, line.MarkerSize) = (series.Color.Paint, 1.8f, 0);
        var marker = plot.Add.Marker(x + (length / 2), y, shape, MarkerSize, series.Color.Paint);
        marker.MarkerLineWidth = shape == MarkerShape.OpenCircle ? 1.5f : 0;
        var name = TextFit.Cut(series.Name, ColumnWidth(LegendColumns));
        Write(plot, name, x + (length * 1.3), y, Alignment.MiddleLeft, PlotTheme.SmallTextSize);
    }

    private static void Write(Plot plot, string line, double x, double y, Alignment alignment, float size)
    {
        var text = plot.Add.Text(line, x, y);
        (text.LabelFontColor, text.LabelFontSize, text.LabelAlignment) = (PlotTheme.Ink.Paint, size, alignment);
    }

    private static int Step(int count) => new[] { 1, 2, 5, 10, 20 }.First(step => (count + step - 1) / step <= MostTicks || step == 20);

    private static double Finite(double value) => double.IsFinite(value) ? value : 0;
}

/// <summary>A line with its band.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Values">Its values at the places.</param>
/// <param name="HalfWidths">Half the band's width at each; not a number where there is none.</param>
/// <param name="Color">Its colour.</param>
public sealed record LineSeries(string Name, IReadOnlyList<double> Values, IReadOnlyList<double> HalfWidths, PlotColor Color)
{
    /// <summary>Where its values lie along the lower axis, ascending; null, the default, for the chart's places.</summary>
    public IReadOnlyList<double>? Places { get; init; }
}
