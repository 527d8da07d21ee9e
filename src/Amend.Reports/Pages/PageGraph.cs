using System.Globalization;
using System.Text;
using Amend.Editing.Log;
using Amend.Reports.Plots;

namespace Amend.Reports.Pages;

/// <summary>A graph of lanes in a page, a row for each entry: its lanes on the left, as high as the text on the right.</summary>
/// <param name="Rows">The rows, from the top.</param>
public sealed record PageGraph(IReadOnlyList<PageGraphRow> Rows)
{
    private const int LaneWidth = 20;
    private const int MarkTop = 12;
    private const int MarkSize = 5;
    private const int Branch = 16;

    /// <summary>The width of the lanes of all rows, in CSS pixels.</summary>
    public int LanesWidth => LaneWidth * Rows.Select(row => row.Lanes.Width).DefaultIfEmpty(1).Max();

    /// <summary>The lanes of a row, as a drawing that is as high as its place.</summary>
    internal static string Draw(PageGraphRow row)
    {
        var (lanes, own) = (row.Lanes, MiddleOf(row.Lanes.Own));
        var lines = new StringBuilder();
        foreach (var lane in lanes.Passing)
            Line(lines, MiddleOf(lane), "0", MiddleOf(lane), "100%");
        if (lanes.IsGoneOnFrom)
            Line(lines, own, "0", own, $"{MarkTop}");
        foreach (var lane in lanes.Joining)
            Line(lines, MiddleOf(lane), "0", own, $"{MarkTop}");
        if (lanes.GoesOn)
            Line(lines, own, $"{MarkTop}", own, "100%");
        foreach (var lane in lanes.Opening)
        {
            Line(lines, own, $"{MarkTop}", MiddleOf(lane), $"{MarkTop + Branch}");
            Line(lines, MiddleOf(lane), $"{MarkTop + Branch}", MiddleOf(lane), "100%");
        }

        return $"<svg aria-hidden=\"true\"><g stroke=\"{PlotTheme.Baseline.Css}\" stroke-width=\"2\">{lines}</g>"
            + $"{DrawMark(row.Mark, own, row.Color.Css)}</svg>";
    }

    private static int MiddleOf(int lane) => (LaneWidth * lane) + (LaneWidth / 2);

    private static void Line(StringBuilder lines, int x1, string y1, int x2, string y2) =>
        lines.Append(CultureInfo.InvariantCulture, $"<line x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"/>");

    /// <summary>A mark; the page shows through what is hollow, and no line does.</summary>
    private static string DrawMark(GraphMark mark, int x, string color)
    {
        const int Arm = MarkSize - 1;
        var ring = $"<circle cx=\"{x}\" cy=\"{MarkTop}\" r=\"{MarkSize}\" fill=\"var(--page)\" stroke=\"{color}\" stroke-width=\"2\"/>";
        var around = $"<circle cx=\"{x}\" cy=\"{MarkTop}\" r=\"{MarkSize + 2}\" fill=\"var(--page)\"/>";
        var half = $"M{x} {MarkTop - MarkSize}a{MarkSize} {MarkSize} 0 0 0 0 {2 * MarkSize}z";
        var cross = $"M{x - Arm} {MarkTop - Arm}l{2 * Arm} {2 * Arm}m0 {-2 * Arm}l{-2 * Arm} {2 * Arm}";
        return mark switch
        {
            GraphMark.Full => $"{ring}<circle cx=\"{x}\" cy=\"{MarkTop}\" r=\"{MarkSize}\" fill=\"{color}\"/>",
            GraphMark.Half => $"{ring}<path d=\"{half}\" fill=\"{color}\"/>",
            GraphMark.Hollow => ring,
            _ => $"{around}<path d=\"{cross}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"2\"/>",
        };
    }
}

/// <summary>An entry of a graph.</summary>
/// <param name="Lanes">Its lanes.</param>
/// <param name="Mark">Its mark.</param>
/// <param name="Color">The mark's colour, which says nothing by itself.</param>
/// <param name="Title">What it is, in a line.</param>
/// <param name="Lines">More of it, in smaller type.</param>
public sealed record PageGraphRow(LogLanes Lanes, GraphMark Mark, PlotColor Color, string Title, IReadOnlyList<string> Lines);

/// <summary>How an entry of a graph is marked.</summary>
public enum GraphMark
{
    /// <summary>A disc.</summary>
    Full,

    /// <summary>A disc of which one half is filled.</summary>
    Half,

    /// <summary>A circle.</summary>
    Hollow,

    /// <summary>A cross.</summary>
    Cross,
}
