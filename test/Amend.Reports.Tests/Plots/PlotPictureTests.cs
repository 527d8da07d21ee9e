using System.Xml.Linq;
using Amend.Reports.Charts;
using Amend.Reports.Plots;
using SkiaSharp;

namespace Amend.Reports.Tests.Plots;

public sealed class PlotPictureTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void An_SVG_scales_follows_the_pages_colours_and_has_no_background()
    {
        var root = XElement.Parse(Chart().ToSvg("one"));

        Assert.Equal("0 0 340 84", (string?)root.Attribute("viewBox"));
        Assert.Null(root.Attribute("width"));
        Assert.Equal("what it shows", (string?)root.Attribute("aria-label"));
        var styles = root.Descendants().Select(element => (string?)element.Attribute("style") ?? "").ToList();
        Assert.Contains("fill:currentColor", styles);
        Assert.Contains($"fill:{PlotTheme.SeriesAt(0).Css}", styles);
        Assert.DoesNotContain(root.Elements(Svg + "rect"), rect => (string?)rect.Attribute("width") == "340");
        Assert.All(root.Descendants(), element => Assert.DoesNotMatch("#[0-9A-Fa-f]{6}", $"{(string?)element.Attribute("fill")}{(string?)element.Attribute("stroke")}"));
    }

    [Fact]
    public void Texts_are_held_at_their_middle_and_name_no_font()
    {
        var texts = XElement.Parse(Chart().ToSvg("one")).Descendants(Svg + "text").ToList();

        Assert.Contains("rome & <co>", texts.Select(text => text.Value));
        Assert.Contains("97.5", texts.Select(text => text.Value));
        Assert.All(texts, text => Assert.Equal("middle", (string?)text.Attribute("text-anchor")));
        Assert.All(texts, text => Assert.Null(text.Attribute("font-family")));
    }

    [Fact]
    public void Ids_begin_with_the_plots_own_and_the_same_plot_gives_the_same_bytes()
    {
        var (first, second) = (Chart().ToSvg("one"), Chart().ToSvg("one"));

        Assert.Equal(first, second);
        Assert.All(XElement.Parse(first).Descendants().Select(element => (string?)element.Attribute("id")).OfType<string>(), id => Assert.StartsWith("one-", id, StringComparison.Ordinal));
        Assert.DoesNotContain("url(#cl", first, StringComparison.Ordinal);
    }

    [Fact]
    public void A_PNG_is_on_white_has_text_and_twice_the_pixels()
    {
        using var bitmap = SKBitmap.Decode(Chart().ToPng());

        Assert.Equal((680, 168), (bitmap.Width, bitmap.Height));
        Assert.Equal(SKColors.White, bitmap.GetPixel(0, 0));
        var inkInNames = Enumerable.Range(0, 120).SelectMany(x => Enumerable.Range(0, 120).Select(y => bitmap.GetPixel(x, y))).Count(color => color.Red < 100);
        Assert.True(inkInNames > 50, $"{inkInNames} dark pixels where the names stand");
    }

    private static PlotPicture Chart() => new BarChart
    {
        Description = "what it shows",
        Groups =
        [
            new BarGroup("rome & <co>", [new Bar(97.5, 96, 98.5, "97.5", PlotTheme.SeriesAt(0))]),
            new BarGroup("none", [new Bar(double.NaN, double.NaN, double.NaN, "–", PlotTheme.Baseline)]),
        ],
    }.Draw();
}
