using Amend.Reports.Plots;

namespace Amend.Reports.Charts;

/// <summary>A named point with its intervals.</summary>
/// <param name="Name">Written beside it.</param>
/// <param name="X">Along the lower axis.</param>
/// <param name="Y">Along the left axis.</param>
/// <param name="XInterval">Ends of the interval of X.</param>
/// <param name="YInterval">Ends of the interval of Y.</param>
/// <param name="Color">Its colour.</param>
public sealed record ScatterPoint(string Name, double X, double Y, (double Low, double High) XInterval, (double Low, double High) YInterval, PlotColor Color);
