namespace Amend.Reports.Pages;

/// <summary>A table; the first column names the rows, and a row without a name belongs to the one above it.</summary>
/// <param name="Columns">The columns.</param>
/// <param name="Rows">The rows, a cell for each column.</param>
public sealed record PageTable(IReadOnlyList<PageColumn> Columns, IReadOnlyList<IReadOnlyList<PageCell>> Rows);
