using Amend.Reports.Plots;
using ScottPlot;

namespace Amend.Reports.Charts;

/// <summary>A label beside a point, and a line to it where it stands away.</summary>
internal static class PointLabel
{
    private const float LeaderFrom = 12;

    /// <summary>Draws the label where the placer finds room, in the point's colour.</summary>
    /// <param name="plot">The plot.</param>
    /// <param name="map">Where its values are drawn.</param>
    /// <param name="placer">What finds room.</param>
    /// <param name="at">The point.</param>
    /// <param name="style">The text, its height and size in CSS pixels, its colour, and the width of the line.</param>
    public static void Draw(Plot plot, PixelMap map, LabelPlacer placer, Pixel at, PointLabelStyle style)
    {
        var box = placer.Place(at, PlotFonts.Width(style.Text, style.Size), style.Height);
        var near = new Pixel(Math.Clamp(at.X, box.Left, box.Right), Math.Clamp(at.Y, box.Top, box.Bottom));
        if (Math.Max(Math.Abs(near.X - at.X), Math.Abs(near.Y - at.Y)) > LeaderFrom)
        {
            var (from, to) = (map.Back(at), map.Back(near));
            var line = plot.Add.Line(from.X, from.Y, to.X, to.Y);
            (line.LineColor, line.LineWidth, line.MarkerSize) = (style.Color.Paint, style.Line, 0);
        }

        var text = plot.Add.Text(style.Text, map.Back(box.Center));
        (text.LabelFontColor, text.LabelFontSize, text.LabelAlignment) = (style.Color.Paint, style.Size, Alignment.MiddleCenter);
    }
}

/// <summary>How a label is written.</summary>
/// <param name="Text">The text.</param>
/// <param name="Color">Its colour.</param>
/// <param name="Size">The size of the text, in CSS pixels.</param>
/// <param name="Height">The height of its place.</param>
/// <param name="Line">The width of the line to the point.</param>
internal sealed record PointLabelStyle(string Text, PlotColor Color, float Size, float Height, float Line);
