using Amend.Reports.Plots;
using ScottPlot;

namespace Amend.Reports.Charts;

/// <summary>Points in the plane of two figures in per cent, with intervals, each with its name beside it.</summary>
public sealed record ScatterChart
{
    private const int Width = 460;
    private const int Height = 380;
    private const float LabelHeight = 16;
    private const double Margin = 0.05;
    private const double TopMargin = 0.13;
    private const double Most = 100;
    private const double MostLeast = 90;
    private static readonly PixelPadding Padding = new(52, 12, 46, 8);
    private static readonly MarkerShape[] Shapes = [
        MarkerShape.FilledCircle,
        MarkerShape.FilledSquare,
        MarkerShape.FilledTriangleUp,
        MarkerShape.FilledDiamond,
        MarkerShape.FilledTriangleDown
    ];

    /// <summary>What it shows, in words.</summary>
    public required string Description { get; init; }

    /// <summary>What is along the lower axis.</summary>
    public required string XTitle { get; init; }

    /// <summary>What is along the left axis.</summary>
    public required string YTitle { get; init; }

    /// <summary>The points, at least one; all coordinates are numbers.</summary>
    public required IReadOnlyList<ScatterPoint> Points { get; init; }

    /// <summary>Draws it.</summary>
    public PlotPicture Draw()
    {
        var plot = PlotTheme.NewPlot();
        var x = Ticks(Points.SelectMany(point => new[] { point.X, point.XInterval.Low, point.XInterval.High }));
        var y = Ticks(Points.SelectMany(point => new[] { point.Y, point.YInterval.Low, point.YInterval.High }));
        var limits = new AxisLimits(Below(x), Above(x, Margin), Below(y), Above(y, TopMargin));
        plot.Axes.SetLimits(limits);
        plot.Axes.Bottom.SetTicks(x.Places, x.Labels);
        plot.Axes.Left.SetTicks(y.Places, y.Labels);
        plot.Axes.Bottom.Label.Text = XTitle;
        plot.Axes.Left.Label.Text = YTitle;
        plot.Layout.Fixed(Padding);
        var map = new PixelMap(limits, Width, Height, Padding);
        var placer = new LabelPlacer(map.Area, Points.Select(map.Of), [.. Points.SelectMany(point => Whiskers(map, point))]);
        foreach (var point in Points)
            DrawWhiskers(plot, point);
        foreach (var (point, at) in Points.Select((point, at) => (point, at)))
            Draw(plot, map, placer, point, Shapes[at % Shapes.Length]);
        return new PlotPicture(plot, Width, Height, Description);
    }

    private static AxisTicks Ticks(IEnumerable<double> values)
    {
        var finite = values.Where(double.IsFinite).Select(Inside).ToList();
        return AxisTicks.Over(Math.Min(finite.Min(), MostLeast), Most, parts: 5);
    }

    private static double Below(AxisTicks ticks) => ticks.Low - Margin * (ticks.High - ticks.Low);

    private static double Above(AxisTicks ticks, double margin) => ticks.High + margin * (ticks.High - ticks.Low);

    private static void DrawWhiskers(Plot plot, ScatterPoint point)
    {
        Line(
            plot,
            new Coordinates(Inside(point.XInterval.Low), point.Y),
            new Coordinates(Inside(point.XInterval.High), point.Y),
            point.Color);
        Line(
            plot,
            new Coordinates(point.X, Inside(point.YInterval.Low)),
            new Coordinates(point.X, Inside(point.YInterval.High)),
            point.Color);
    }

    private static double Inside(double percent) => Math.Clamp(percent, 0, Most);

    private static IEnumerable<PixelRect> Whiskers(PixelMap map, ScatterPoint point)
    {
        var (left, right) = (map.Of(point.XInterval.Low, point.Y), map.Of(point.XInterval.High, point.Y));
        var (low, high) = (map.Of(point.X, point.YInterval.Low), map.Of(point.X, point.YInterval.High));
        yield return new PixelRect(left.X, right.X, left.Y + 1, left.Y - 1);
        yield return new PixelRect(low.X - 1, low.X + 1, low.Y, high.Y);
    }

    private static void Draw(Plot plot, PixelMap map, LabelPlacer placer, ScatterPoint point, MarkerShape shape)
    {
        var at = map.Of(point);
        var marker = plot.Add.Marker(point.X, point.Y, shape, 10, point.Color.Paint);
        marker.MarkerLineWidth = 0;
        PointLabel.Draw(plot, map, placer, at, new PointLabelStyle(point.Name, point.Color, PlotTheme.TextSize, LabelHeight, Line: 1.2f));
    }

    private static void Line(Plot plot, Coordinates from, Coordinates to, PlotColor color)
    {
        if (!double.IsFinite(from.X + from.Y + to.X + to.Y))
            return;
        var line = plot.Add.Line(from.X, from.Y, to.X, to.Y);
        (line.LineColor, line.LineWidth, line.MarkerSize) = (color.Paint, 1.2f, 0);
    }
}

/// <summary>A named point with its intervals.</summary>
/// <param name="Name">Written beside it.</param>
/// <param name="X">Along the lower axis.</param>
/// <param name="Y">Along the left axis.</param>
/// <param name="XInterval">Ends of the interval of X.</param>
/// <param name="YInterval">Ends of the interval of Y.</param>
/// <param name="Color">Its colour.</param>
public sealed record ScatterPoint(
    string Name, double X, double Y, (double Low, double High) XInterval, (double Low, double High) YInterval, PlotColor Color);
