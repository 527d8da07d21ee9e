namespace Amend.Reports.Plots;

/// <summary>A finished plot with its size and what it shows, in words.</summary>
/// <param name="Plot">The plot.</param>
/// <param name="Width">Width in CSS pixels.</param>
/// <param name="Height">Height in CSS pixels.</param>
/// <param name="Description">What it shows, for those who cannot see it.</param>
public sealed record PlotPicture(ScottPlot.Plot Plot, int Width, int Height, string Description)
{
    /// <summary>Parts that tell more under the pointer, in a page.</summary>
    public IReadOnlyList<HoverArea> Hovers { get; init; } = [];

    /// <summary>The plot as SVG to stand in a page: no background, colours that follow the page, as wide as its place.</summary>
    /// <param name="id">The beginning of all ids in it; a page needs another one for each plot.</param>
    public string ToSvg(string id) => InlineSvg.Of(Plot.GetSvgXml(Width, Height), Width, Height, id, Description, Hovers);

    /// <summary>The plot as PNG on white, with twice as many pixels as its size says.</summary>
    public byte[] ToPng()
    {
        const int Scale = 2;
        var (background, scale) = (Plot.FigureBackground.Color, Plot.ScaleFactor);
        try
        {
            Plot.FigureBackground.Color = ScottPlot.Colors.White;
            Plot.ScaleFactor = Scale;
            using var image = Plot.GetImage(Scale * Width, Scale * Height);
            return image.GetImageBytes(ScottPlot.ImageFormat.Png);
        }
        finally
        {
            (Plot.FigureBackground.Color, Plot.ScaleFactor) = (background, scale);
        }
    }
}
