namespace Amend.Reports.Pages;

/// <summary>A table; the first column names the rows, and a row without a name belongs to the one above it.</summary>
/// <param name="Columns">The columns.</param>
/// <param name="Rows">The rows, a cell for each column.</param>
public sealed record PageTable(IReadOnlyList<PageColumn> Columns, IReadOnlyList<IReadOnlyList<PageCell>> Rows);

/// <summary>A column of a table.</summary>
/// <param name="Heading">Its heading.</param>
public sealed record PageColumn(string Heading)
{
    /// <summary>Smaller text below the heading.</summary>
    public string Note { get; init; } = "";

    /// <summary>Whether it holds numbers, which stand to the right in digits of one width and are never broken.</summary>
    public bool Numbers { get; init; }
}

/// <summary>A cell of a table.</summary>
/// <param name="Text">Its text.</param>
public sealed record PageCell(string Text)
{
    /// <summary>Smaller text below it.</summary>
    public string Note { get; init; } = "";

    /// <summary>Whether it is emphasised, as the best of a column.</summary>
    public bool Strong { get; init; }

    /// <summary>A text as a plain cell.</summary>
    public static implicit operator PageCell(string text) => new(text);

    /// <summary>A text as a plain cell.</summary>
    public static PageCell FromString(string text) => new(text);
}
