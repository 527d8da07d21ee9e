using System.Text;

namespace Amend.Reports.Plots;

/// <summary>
/// The one look of all plots. The colours of series are those of Okabe and Ito (2008), which the common forms of colour blindness
/// tell apart, darkened for white and lightened for dark pages; no plot says anything by colour alone.
/// </summary>
public static class PlotTheme
{
    /// <summary>Size of text in a plot, in CSS pixels.</summary>
    public const float TextSize = 13;

    /// <summary>Size of text at axes, in CSS pixels.</summary>
    public const float SmallTextSize = 12;

    /// <summary>ScottPlot puts text that is held at its middle so much too high.</summary>
    private const float TextDrop = 1.5f;

    /// <summary>Text and lines that must be seen first; in a page the colour of the text around it.</summary>
    public static PlotColor Ink { get; } = new("ink", "#1c2128", "#e4e7eb");

    /// <summary>Text at axes.</summary>
    public static PlotColor Muted { get; } = new("muted", "#5b6470", "#a2abb6");

    /// <summary>Lines behind the data.</summary>
    public static PlotColor Grid { get; } = new("grid", "#dde1e6", "#343a42");

    /// <summary>What others are compared with, such as the unedited model.</summary>
    public static PlotColor Baseline { get; } = new("baseline", "#8a929c", "#8b949e");

    /// <summary>Series, in the order in which they are to be used.</summary>
    public static IReadOnlyList<PlotColor> Series { get; } =
    [
        new("blue", "#0b62b0", "#6cb0f5"),
        new("vermillion", "#cc4c02", "#ff9559"),
        new("green", "#007d5a", "#43cf9f"),
        new("purple", "#a3438f", "#e192d2"),
        new("amber", "#b38000", "#f0c24f"),
        new("sky", "#3492c4", "#9bd8f6"),
    ];

    /// <summary>All colours.</summary>
    public static IReadOnlyList<PlotColor> All { get; } = [Ink, Muted, Grid, Baseline, .. Series];

    /// <summary>The colour of a series; after the last they begin again.</summary>
    public static PlotColor SeriesAt(int index) => Series[index % Series.Count];

    /// <summary>The colours as CSS variables, for light pages and for dark ones.</summary>
    public static string Css()
    {
        var css = new StringBuilder(":root{");
        foreach (var color in All)
            css.Append(color.Variable).Append(':').Append(color.Light).Append(';');
        css.Append("}\n@media (prefers-color-scheme:dark){:root{");
        foreach (var color in All)
            css.Append(color.Variable).Append(':').Append(color.Dark).Append(';');
        return css.Append("}}\n").ToString();
    }

    /// <summary>An empty plot in this look: no background, no frame, thin lines behind the data.</summary>
    public static ScottPlot.Plot NewPlot()
    {
        PlotFonts.Register();
        var plot = new ScottPlot.Plot();
        plot.FigureBackground.Color = ScottPlot.Colors.Transparent;
        plot.DataBackground.Color = ScottPlot.Colors.Transparent;
        plot.Grid.MajorLineColor = Grid.Paint;
        plot.Axes.Title.Label.Bold = false;
        plot.Axes.Title.Label.FontSize = TextSize;
        foreach (var axis in plot.Axes.GetAxes())
        {
            axis.FrameLineStyle.Width = 0;
            axis.MajorTickStyle.Length = 0;
            axis.MinorTickStyle.Length = 0;
            axis.TickLabelStyle.FontSize = SmallTextSize;
            axis.TickLabelStyle.ForeColor = Muted.Paint;
            axis.Label.FontSize = SmallTextSize;
            axis.Label.Bold = false;
            axis.Label.ForeColor = Muted.Paint;
        }

        plot.Axes.Left.TickLabelStyle.OffsetY = TextDrop;
        plot.Axes.Right.TickLabelStyle.OffsetY = TextDrop;
        plot.Font.Set(PlotFonts.Family);
        return plot;
    }
}
