using ScottPlot;
using SkiaSharp;

namespace Amend.Reports.Plots;

/// <summary>The font of plots, DejaVu Sans, which is part of this assembly: a fresh machine has none, and text would be left out.</summary>
internal static class PlotFonts
{
    /// <summary>The font's name.</summary>
    public const string Family = "DejaVu Sans";

    /// <summary>The font for what is drawn without ScottPlot.</summary>
    public static SKTypeface Face { get; } = Load();

    private static readonly Lazy<bool> Registered = new(() =>
    {
        Fonts.FontResolvers.Insert(0, new Resolver());
        Fonts.Default = Family;
        return true;
    });

    /// <summary>Makes the font known to ScottPlot and its default; once a process.</summary>
    public static void Register() => _ = Registered.Value;

    /// <summary>Width of a text, in pixels.</summary>
    public static float Width(string text, float size)
    {
        using var font = new SKFont(Face, size);
        return font.MeasureText(text);
    }

    private static SKTypeface Load()
    {
        using var stream = EmbeddedFile.Open("DejaVuSans.ttf");
        return SKTypeface.FromStream(stream);
    }

    private sealed class Resolver : IFontResolver
    {
        public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) => fontName == Family ? Face : null;

        public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
            fontName == Family ? Face : null;
    }
}
