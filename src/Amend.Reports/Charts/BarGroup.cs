namespace Amend.Reports.Charts;

/// <summary>Bars that belong to one name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Bars">The bars, at least one.</param>
public sealed record BarGroup(string Name, IReadOnlyList<Bar> Bars);
