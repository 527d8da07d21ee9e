using System.Globalization;
using System.Security;
using System.Text;
using SkiaSharp;

namespace Amend.Reports.Plots;

/// <summary>Pictures of one width side by side, each with its title, as one file, below a line that says what their marks mean.</summary>
/// <param name="Panels">The pictures with their titles, at least one, row by row.</param>
/// <param name="Columns">How many stand in a row.</param>
/// <param name="Legend">What marks of a colour stand for.</param>
public sealed record PictureGrid(
    IReadOnlyList<(string Title, PlotPicture Picture)> Panels,
    int Columns,
    IReadOnlyList<(PlotColor Color, char Mark, string Meaning)> Legend)
{
    private const int LegendHeight = 30;
    private const int TitleHeight = 26;
    private const int Gap = 20;
    private const int TextDrop = 18;
    private const float MarkWidth = 16;

    /// <summary>The width in CSS pixels.</summary>
    public int Width => Columns * Panels[0].Picture.Width;

    /// <summary>The height in CSS pixels.</summary>
    public int Height => LegendHeight + (Panels.Count + Columns - 1) / Columns * RowHeight;

    /// <summary>The pictures as PNG on white, with twice as many pixels as their sizes say.</summary>
    public byte[] ToPng()
    {
        const int Scale = 2;
        using var surface = SKSurface.Create(new SKImageInfo(Scale * Width, Scale * Height));
        surface.Canvas.Clear(SKColors.White);
        foreach (var (at, panel) in Panels.Index())
        {
            using var image = SKImage.FromEncodedData(panel.Picture.ToPng());
            var (x, y) = PlaceOf(at);
            surface.Canvas.DrawImage(image, Scale * x, Scale * (y + TitleHeight));
        }

        surface.Canvas.Scale(Scale);
        using var font = new SKFont(PlotFonts.Face, PlotTheme.TextSize);
        foreach (var (x, y, text, color) in Texts())
        {
            using var paint = new SKPaint { Color = SKColor.Parse(color.Light), IsAntialias = true };
            surface.Canvas.DrawText(text, x, y, font, paint);
        }

        using var whole = surface.Snapshot();
        using var data = whole.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    /// <summary>The pictures as one SVG.</summary>
    /// <param name="id">The beginning of all ids in it.</param>
    public string ToSvg(string id)
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" ");
        svg.Append(CultureInfo.InvariantCulture, $"width=\"{Width}\" height=\"{Height}\" font-family=\"system-ui,sans-serif\">\n");
        foreach (var (x, y, text, color) in Texts())
        {
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:0.#}\" y=\"{y}\" font-size=\"{PlotTheme.TextSize}\" ");
            svg.Append(CultureInfo.InvariantCulture, $"fill=\"{color.Light}\">{SecurityElement.Escape(text)}</text>\n");
        }

        foreach (var (at, panel) in Panels.Index())
        {
            var ((x, y), picture) = (PlaceOf(at), panel.Picture);
            svg.Append(CultureInfo.InvariantCulture, $"<svg x=\"{x}\" y=\"{y + TitleHeight}\" ");
            svg.Append(CultureInfo.InvariantCulture, $"width=\"{picture.Width}\" height=\"{picture.Height}\">");
            svg.Append(picture.ToSvg($"{id}{at + 1}")).Append("</svg>\n");
        }

        return svg.Append("</svg>\n").ToString();
    }

    private int RowHeight => TitleHeight + Panels.Max(panel => panel.Picture.Height);

    private (int X, int Y) PlaceOf(int at) =>
        (at % Columns * Panels[0].Picture.Width, LegendHeight + at / Columns * RowHeight);

    private IEnumerable<(float X, int Y, string Text, PlotColor Color)> Texts()
    {
        var x = (float)Gap;
        foreach (var (color, mark, meaning) in Legend)
        {
            yield return (x, TextDrop, $"{mark}", color);
            yield return (x + MarkWidth, TextDrop, meaning, PlotTheme.Ink);
            x += MarkWidth + PlotFonts.Width(meaning, PlotTheme.TextSize) + Gap;
        }

        foreach (var (at, panel) in Panels.Index())
        {
            var (left, top) = PlaceOf(at);
            var middle = left + (panel.Picture.Width - PlotFonts.Width(panel.Title, PlotTheme.TextSize)) / 2;
            yield return (middle, top + TextDrop, panel.Title, PlotTheme.Ink);
        }
    }
}
