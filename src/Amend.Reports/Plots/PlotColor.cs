namespace Amend.Reports.Plots;

/// <summary>
/// A colour with a form for each background. Pictures are painted
/// in the light one; in a page it follows the reader's choice.
/// </summary>
/// <param name="Name">Its name; as a CSS variable <c>--plot-NAME</c>.</param>
/// <param name="Light">On white, as <c>#rrggbb</c>, different for each colour of the theme.</param>
/// <param name="Dark">On the dark page, as <c>#rrggbb</c>.</param>
public sealed record PlotColor(string Name, string Light, string Dark)
{
    /// <summary>The variable's name.</summary>
    public string Variable => $"--plot-{Name}";

    /// <summary>The colour as CSS, with the light form where no page defines the variable.</summary>
    public string Css => $"var({Variable},{Light})";

    internal ScottPlot.Color Paint => ScottPlot.Color.FromHex(Light);
}
