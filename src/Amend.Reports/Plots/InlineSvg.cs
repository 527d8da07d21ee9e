using System.Globalization;
using System.Xml.Linq;

namespace Amend.Reports.Plots;

/// <summary>Makes Skia's SVG fit to stand in a page.</summary>
internal static class InlineSvg
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";
    private static readonly string[] Painted = ["fill", "stroke"];
    private static readonly Dictionary<string, PlotColor> Colors =
        PlotTheme.All.ToDictionary(color => color.Light, StringComparer.OrdinalIgnoreCase);

    /// <summary>The SVG with a view box instead of a size, its own ids, the page's colours and the page's font.</summary>
    public static string Of(string xml, int width, int height, string id, string description, IReadOnlyList<HoverArea> hovers)
    {
        var root = XDocument.Parse(xml).Root!;
        Rename(root, id);
        foreach (var element in root.Descendants().ToList())
        {
            Recolor(element);
            if (element.Name == Svg + "text")
                Reset(element);
        }

        root.Add(hovers.Select(Area));
        root.ReplaceAttributes(
            new XAttribute("xmlns", Svg.NamespaceName),
            new XAttribute("viewBox", $"0 0 {width} {height}"),
            new XAttribute("style", $"width:100%;height:auto;max-width:{width}px;font-family:system-ui,sans-serif"),
            new XAttribute("role", "img"),
            new XAttribute("aria-label", description));
        return root.ToString(SaveOptions.DisableFormatting);
    }

    private static XElement Area(HoverArea area) => new(
        Svg + "rect",
        new XAttribute("x", area.Left), new XAttribute("y", area.Top), new XAttribute("width", area.Width), new XAttribute(
            "height", area.Height),
        new XAttribute("fill", "transparent"),
        new XElement(Svg + "title", area.Text));

    /// <summary>Skia numbers ids through the whole process; the same plot is to give the same bytes.</summary>
    private static void Rename(XElement root, string id)
    {
        var names = new Dictionary<string, string>();
        foreach (var own in root.Descendants().Attributes("id"))
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{id}-{names.Count + 1}");
            names[$"url(#{own.Value})"] = $"url(#{name})";
            own.Value = name;
        }

        foreach (var attribute in root.Descendants().Attributes())
            attribute.Value = names.GetValueOrDefault(attribute.Value, attribute.Value);
    }

    private static void Recolor(XElement element)
    {
        var styles = new List<string>();
        foreach (var attribute in element.Attributes().Where(attribute => Painted.Contains(attribute.Name.LocalName)).ToList())
        {
            if (!Colors.TryGetValue(attribute.Value, out var color))
                continue;
            styles.Add($"{attribute.Name.LocalName}:{(color == PlotTheme.Ink ? "currentColor" : color.Css)}");
            attribute.Remove();
        }

        if (styles.Count > 0)
            element.SetAttributeValue("style", string.Join(';', styles));
    }

    /// <summary>Skia places each glyph for its own font; a text that is held at its middle stands right in any font.</summary>
    private static void Reset(XElement text)
    {
        var shown = text.Value.Trim();
        var size = First(text.Attribute("font-size"));
        var middle = First(text.Attribute("x")) + PlotFonts.Width(shown, size) / 2;
        text.SetAttributeValue("x", middle.ToString("0.##", CultureInfo.InvariantCulture));
        text.SetAttributeValue("y", First(text.Attribute("y")).ToString("0.##", CultureInfo.InvariantCulture));
        text.SetAttributeValue("font-family", null);
        text.SetAttributeValue("text-anchor", "middle");
        text.Value = shown;
    }

    private static float First(XAttribute? numbers) =>
        numbers is null ? 0 : float.Parse(numbers.Value.Split(',')[0], NumberStyles.Float, CultureInfo.InvariantCulture);
}
