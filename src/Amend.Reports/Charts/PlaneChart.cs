using Amend.Reports.Plots;
using ScottPlot;

namespace Amend.Reports.Charts;

/// <summary>Discs and marks in a plane whose two directions have one scale, so that a radius is as long across as up.</summary>
public sealed record PlaneChart
{
    private const int Width = 640;
    private const int Height = 520;
    private const float LabelHeight = 15;
    private const float KeySize = 6;
    private const double Margin = 0.06;
    private const double DiscOpacity = 0.08;
    private static readonly PixelPadding Padding = new(52, 12, 46, 8);
    private static readonly Dictionary<char, MarkerShape> Shapes = new()
    {
        ['◆'] = MarkerShape.FilledDiamond,
        ['◇'] = MarkerShape.OpenDiamond,
        ['▲'] = MarkerShape.FilledTriangleUp,
        ['△'] = MarkerShape.OpenTriangleUp,
        ['■'] = MarkerShape.FilledSquare,
        ['□'] = MarkerShape.OpenSquare,
    };

    /// <summary>What it shows, in words.</summary>
    public required string Description { get; init; }

    /// <summary>What is along the lower axis.</summary>
    public required string XTitle { get; init; }

    /// <summary>What is along the left axis.</summary>
    public required string YTitle { get; init; }

    /// <summary>The discs, at least one.</summary>
    public required IReadOnlyList<PlaneDisc> Discs { get; init; }

    /// <summary>The marks; later ones are drawn over earlier ones.</summary>
    public required IReadOnlyList<PlaneMark> Marks { get; init; }

    /// <summary>Draws it.</summary>
    public PlotPicture Draw()
    {
        var plot = PlotTheme.NewPlot();
        var limits = Limits();
        plot.Axes.SetLimits(limits);
        Tick(plot.Axes.Bottom, limits.Left, limits.Right);
        Tick(plot.Axes.Left, limits.Bottom, limits.Top);
        plot.Axes.Bottom.Label.Text = XTitle;
        plot.Axes.Left.Label.Text = YTitle;
        plot.Layout.Fixed(Padding);
        var map = new PixelMap(limits, Width, Height, Padding);
        foreach (var disc in Discs)
            Draw(plot, disc);
        foreach (var mark in Marks)
            Draw(plot, mark);
        foreach (var disc in Discs)
        {
            var key = plot.Add.Marker(disc.X, disc.Y, MarkerShape.FilledCircle, KeySize, disc.Color.Paint);
            key.MarkerLineWidth = 0;
        }

        var points = Discs.Select(disc => map.Of(disc.X, disc.Y)).Concat(Marks.Select(mark => map.Of(mark.X, mark.Y)));
        var placer = new LabelPlacer(map.Area, points, []);
        foreach (var disc in Discs.Where(disc => disc.Label.Length > 0))
        {
            var style = new PointLabelStyle(disc.Label, disc.Color, PlotTheme.SmallTextSize, LabelHeight, Line: 0.8f);
            PointLabel.Draw(plot, map, placer, map.Of(disc.X, disc.Y), style);
        }

        return new PlotPicture(plot, Width, Height, Description)
        {
            Hovers =
            [
                .. Marks.Select(mark => Hover(map.Of(mark.X, mark.Y), mark.Text)),
                .. Discs.Select(disc => Hover(map.Of(disc.X, disc.Y), disc.Text)),
            ],
        };
    }

    /// <summary>Limits that hold all of it with one scale for both directions.</summary>
    private AxisLimits Limits()
    {
        double[] x = [.. Discs.SelectMany(disc => Ends(disc.X, disc.Radius)), .. Marks.Select(mark => mark.X)];
        double[] y = [.. Discs.SelectMany(disc => Ends(disc.Y, disc.Radius)), .. Marks.Select(mark => mark.Y)];
        var (across, up) = (Width - Padding.Left - Padding.Right, Height - Padding.Bottom - Padding.Top);
        var scale = (1 + (2 * Margin)) * Math.Max((x.Max() - x.Min()) / across, (y.Max() - y.Min()) / up);
        scale = scale > 0 ? scale : 1;
        var (middleX, middleY) = ((x.Max() + x.Min()) / 2, (y.Max() + y.Min()) / 2);
        return new AxisLimits(
            middleX - (scale * across / 2), middleX + (scale * across / 2), middleY - (scale * up / 2), middleY + (scale * up / 2));
    }

    private static double[] Ends(double middle, double radius) => [middle - radius, middle + radius];

    private static void Tick(IAxis axis, double low, double high)
    {
        var ticks = AxisTicks.Over(low, high, parts: 5).Between(low, high);
        axis.TickGenerator = new ScottPlot.TickGenerators.NumericManual(ticks.Places, ticks.Labels);
    }

    private static void Draw(Plot plot, PlaneDisc disc)
    {
        if (!(disc.Radius > 0))
            return;
        var circle = plot.Add.Circle(disc.X, disc.Y, disc.Radius);
        (circle.LineColor, circle.LineWidth) = (disc.Color.Paint, 1);
        circle.FillColor = disc.Color.Paint.WithOpacity(DiscOpacity);
    }

    private static void Draw(Plot plot, PlaneMark mark)
    {
        var drawn = plot.Add.Marker(mark.X, mark.Y, Shapes[mark.Shape], KeySize + 1, mark.Color.Paint);
        drawn.MarkerLineWidth = 1.2f;
        drawn.MarkerLineColor = mark.Color.Paint;
    }

    private static HoverArea Hover(Pixel at, string text) => new(at.X - KeySize, at.Y - KeySize, 2 * KeySize, 2 * KeySize, text);
}

/// <summary>A disc with a point at its middle.</summary>
/// <param name="X">Across.</param>
/// <param name="Y">Up.</param>
/// <param name="Radius">Its radius, 0 for the point alone.</param>
/// <param name="Color">Its colour.</param>
/// <param name="Label">Written beside the point; empty for nothing.</param>
/// <param name="Text">Told under the pointer.</param>
public sealed record PlaneDisc(double X, double Y, double Radius, PlotColor Color, string Label, string Text);

/// <summary>A mark.</summary>
/// <param name="X">Across.</param>
/// <param name="Y">Up.</param>
/// <param name="Shape">One of ◆ ◇ ▲ △ ■ □.</param>
/// <param name="Color">Its colour.</param>
/// <param name="Text">Told under the pointer.</param>
public sealed record PlaneMark(double X, double Y, char Shape, PlotColor Color, string Text);
