using Amend.Reports.Plots;

namespace Amend.Reports.Charts;

/// <summary>A line with its band.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Values">Its values at 0, 1, 2 and so on.</param>
/// <param name="HalfWidths">Half the band's width at each; not a number where there is none.</param>
/// <param name="Color">Its colour.</param>
public sealed record LineSeries(string Name, IReadOnlyList<double> Values, IReadOnlyList<double> HalfWidths, PlotColor Color);
