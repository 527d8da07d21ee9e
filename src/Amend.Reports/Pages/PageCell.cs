namespace Amend.Reports.Pages;

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
