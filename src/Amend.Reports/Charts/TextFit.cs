using Amend.Reports.Plots;

namespace Amend.Reports.Charts;

/// <summary>Texts that must not be wider than their place.</summary>
internal static class TextFit
{
    private const int EndsTimesStart = 2;

    /// <summary>
    /// The text; where it is wider than the pixels, without its middle, because names of one family differ at their ends.
    /// </summary>
    public static string Cut(string text, float pixels)
    {
        var cut = text;
        for (var length = text.Length - 1; length > EndsTimesStart && PlotFonts.Width(cut, PlotTheme.TextSize) > pixels; length--)
        {
            var start = length / (EndsTimesStart + 1);
            cut = $"{text[..start]}…{text[^(length - start)..]}";
        }

        return cut;
    }
}
