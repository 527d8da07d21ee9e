using ScottPlot;

namespace Amend.Reports.Charts;

/// <summary>Where the values of a plot with a fixed layout will be drawn, known before it is.</summary>
internal sealed class PixelMap
{
    private readonly AxisLimits _limits;

    /// <summary>Creates a map.</summary>
    public PixelMap(AxisLimits limits, int width, int height, PixelPadding padding)
    {
        _limits = limits;
        Area = new PixelRect(padding.Left, width - padding.Right, height - padding.Bottom, padding.Top);
    }

    /// <summary>Where the data are drawn.</summary>
    public PixelRect Area { get; }

    /// <summary>The pixel of a point.</summary>
    public Pixel Of(ScatterPoint point) => Of(point.X, point.Y);

    /// <summary>The pixel of a pair of values.</summary>
    public Pixel Of(double x, double y) => new(
        Area.Left + (x - _limits.Left) / _limits.HorizontalSpan * Area.Width,
        Area.Bottom - (y - _limits.Bottom) / _limits.VerticalSpan * Area.Height);

    /// <summary>The values at a pixel.</summary>
    public Coordinates Back(Pixel pixel) => new(
        _limits.Left + (pixel.X - Area.Left) / Area.Width * _limits.HorizontalSpan,
        _limits.Bottom + (Area.Bottom - pixel.Y) / Area.Height * _limits.VerticalSpan);
}
