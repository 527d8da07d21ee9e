using Amend.Reports.Plots;

namespace Amend.Reports.Charts;

/// <summary>A bar.</summary>
/// <param name="Value">Its length; not a number for none.</param>
/// <param name="Low">The lower end of its interval; not a number for none.</param>
/// <param name="High">The upper end of its interval; not a number for none.</param>
/// <param name="Text">The value as it is written beside the bar.</param>
/// <param name="Color">Its colour.</param>
public sealed record Bar(double Value, double Low, double High, string Text, PlotColor Color);
