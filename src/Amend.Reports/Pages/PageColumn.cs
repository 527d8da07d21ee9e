namespace Amend.Reports.Pages;

/// <summary>A column of a table.</summary>
/// <param name="Heading">Its heading.</param>
public sealed record PageColumn(string Heading)
{
    /// <summary>Smaller text below the heading.</summary>
    public string Note { get; init; } = "";

    /// <summary>Whether it holds numbers, which stand to the right in digits of one width and are never broken.</summary>
    public bool Numbers { get; init; }
}
