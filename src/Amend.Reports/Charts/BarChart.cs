using Amend.Reports.Plots;
using ScottPlot;

namespace Amend.Reports.Charts;

/// <summary>Horizontal bars with intervals, names on their left and values on their right; sized for a narrow screen.</summary>
public sealed record BarChart
{
    private const int Width = 340;
    private const int BarPixels = 20;
    private const int GapPixels = 10;
    private const float MostNamePixels = 130;
    private const float BottomPixels = 22;
    private const float Padding = 8;

    /// <summary>What it shows, in words.</summary>
    public required string Description { get; init; }

    /// <summary>The bars, from the top.</summary>
    public required IReadOnlyList<BarGroup> Groups { get; init; }

    /// <summary>The least value possible.</summary>
    public double Least { get; init; }

    /// <summary>The largest value possible; infinite where there is none.</summary>
    public double Most { get; init; } = 100;

    /// <summary>Draws it.</summary>
    public PlotPicture Draw()
    {
        var plot = PlotTheme.NewPlot();
        var height = Groups.Sum(group => group.Bars.Count * BarPixels + GapPixels);
        var (names, values) = (new List<(double At, string Text)>(), new List<(double At, string Text)>());
        double top = 0;
        foreach (var group in Groups)
        {
            names.Add((-(top + (GapPixels + group.Bars.Count * BarPixels) / 2.0), TextFit.Cut(group.Name, MostNamePixels)));
            foreach (var (bar, index) in group.Bars.Select((bar, index) => (bar, index)))
            {
                var at = -(top + GapPixels / 2.0 + (index + 0.5) * BarPixels);
                values.Add((at, bar.Text));
                Draw(plot, bar, at);
            }

            top += group.Bars.Count * BarPixels + GapPixels;
        }

        var ticks = Ticks();
        plot.Axes.SetLimits(ticks.Low, ticks.High, -height, 0);
        plot.Axes.SetLimitsY(-height, 0, plot.Axes.Right);
        plot.Axes.Bottom.SetTicks(ticks.Places, ticks.Labels);
        Write(plot.Axes.Left, names);
        Write(plot.Axes.Right, values);
        plot.Grid.YAxisStyle.IsVisible = false;
        var left = names.Max(name => PlotFonts.Width(name.Text, PlotTheme.TextSize)) + Padding;
        var right = Math.Max(
            values.Max(value => PlotFonts.Width(value.Text, PlotTheme.TextSize)),
            PlotFonts.Width(ticks.Labels[^1], PlotTheme.SmallTextSize) / 2)
            + Padding;
        plot.Layout.Fixed(new PixelPadding(left, right, BottomPixels, 2));
        return new PlotPicture(plot, Width, height + (int)BottomPixels + 2, Description);
    }

    private void Draw(Plot plot, Reports.Charts.Bar bar, double at)
    {
        if (double.IsNaN(bar.Value))
            return;
        var drawn = plot.Add.Bar(at, bar.Value).Bars[0];
        (drawn.Orientation, drawn.Size, drawn.LineWidth, drawn.FillColor) = (Orientation.Horizontal, BarPixels - 6, 0, bar.Color.Paint);
        if (double.IsNaN(bar.Low) || double.IsNaN(bar.High))
            return;
        var (low, high) = (Math.Clamp(bar.Low, Least, Most), Math.Clamp(bar.High, Least, Most));
        Line(plot, low, at, high, at);
        Line(plot, low, at - 3, low, at + 3);
        Line(plot, high, at - 3, high, at + 3);
    }

    private static void Line(Plot plot, double x1, double y1, double x2, double y2)
    {
        var line = plot.Add.Line(x1, y1, x2, y2);
        (line.LineColor, line.LineWidth, line.MarkerSize) = (PlotTheme.Ink.Paint, 1.2f, 0);
    }

    private static void Write(IAxis axis, List<(double At, string Text)> texts)
    {
        axis.SetTicks([.. texts.Select(text => text.At)], [.. texts.Select(text => text.Text)]);
        axis.TickLabelStyle.ForeColor = PlotTheme.Ink.Paint;
        axis.TickLabelStyle.FontSize = PlotTheme.TextSize;
    }

    private AxisTicks Ticks()
    {
        var ends = Groups.SelectMany(group => group.Bars)
            .SelectMany(bar => new[] { bar.Value, bar.Low, bar.High })
            .Where(double.IsFinite)
            .DefaultIfEmpty(0)
            .ToList();
        var low = Math.Max(Least, Math.Min(0, ends.Min()));
        return AxisTicks.Over(double.IsFinite(low) ? low : 0, double.IsFinite(Most) ? Most : Math.Max(0, ends.Max()));
    }
}

/// <summary>Bars that belong to one name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Bars">The bars, at least one.</param>
public sealed record BarGroup(string Name, IReadOnlyList<Bar> Bars);

/// <summary>A bar.</summary>
/// <param name="Value">Its length; not a number for none.</param>
/// <param name="Low">The lower end of its interval; not a number for none.</param>
/// <param name="High">The upper end of its interval; not a number for none.</param>
/// <param name="Text">The value as it is written beside the bar.</param>
/// <param name="Color">Its colour.</param>
public sealed record Bar(double Value, double Low, double High, string Text, PlotColor Color);
