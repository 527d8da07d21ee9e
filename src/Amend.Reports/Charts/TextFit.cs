using Amend.Reports.Plots;

namespace Amend.Reports.Charts;

/// <summary>Texts that must not be wider than their place.</summary>
internal static class TextFit
{
    /// <summary>The text, its end cut off where it is wider than the pixels.</summary>
    public static string Cut(string text, float pixels)
    {
        if (PlotFonts.Width(text, PlotTheme.TextSize) <= pixels)
            return text;
        var length = text.Length - 1;
        while (length > 1 && PlotFonts.Width(text[..length] + "…", PlotTheme.TextSize) > pixels)
            length--;
        return text[..length] + "…";
    }
}
