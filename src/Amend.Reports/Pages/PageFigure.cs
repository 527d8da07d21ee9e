using Amend.Reports.Plots;

namespace Amend.Reports.Pages;

/// <summary>A picture in a page.</summary>
/// <param name="Title">Above it.</param>
/// <param name="Picture">The plot.</param>
public sealed record PageFigure(string Title, PlotPicture Picture)
{
    /// <summary>A remark below the title.</summary>
    public string Note { get; init; } = "";

    /// <summary>What colours stand for.</summary>
    public IReadOnlyList<(PlotColor Color, string Meaning)> Legend { get; init; } = [];
}
