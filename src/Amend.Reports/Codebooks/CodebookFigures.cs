using System.Globalization;
using Amend.Editing;
using Amend.Editing.Sessions;
using Amend.Reports.Charts;
using Amend.Reports.Plots;

namespace Amend.Reports.Codebooks;

/// <summary>The picture of a codebook: keys with their radii by label, and prompts that fire or do not.</summary>
internal static class CodebookFigures
{
    /// <summary>So many entries have their labels written beside them.</summary>
    private const int MostLabels = 24;
    private const int LongestLabel = 18;

    /// <summary>Kinds of prompt with the marks of those that fire and those that do not, in the order in which they are drawn.</summary>
    private static readonly (AskedKind Kind, char Fires, char Silent, string Name)[] Kinds =
    [
        (AskedKind.Neighbor, '■', '□', "neighbor"),
        (AskedKind.Paraphrase, '▲', '△', "paraphrase"),
        (AskedKind.Prompt, '◆', '◇', "edited"),
    ];

    /// <summary>What the marks stand for.</summary>
    public static IReadOnlyList<(PlotColor Color, char Mark, string Meaning)> Legend(CodebookMap map) =>
    [
        (PlotTheme.Ink, '●', "key, with its radius"),
        .. from kind in Kinds
           from fires in new[] { true, false }
           where map.Prompts.Any(prompt => prompt.Kind == kind.Kind && prompt.Fires == fires)
           select (Of(fires), fires ? kind.Fires : kind.Silent, $"{kind.Name}, {(fires ? "fires" : "silent")}"),
    ];

    /// <summary>The picture.</summary>
    public static PlotPicture Draw(CodebookMap map)
    {
        var named = map.Entries.DistinctBy(entry => entry.Number).ToHashSet();
        string[] labels = [.. map.Entries.CountBy(entry => entry.Label).OrderByDescending(label => label.Value).Select(label => label.Key)];
        return new PlaneChart
        {
            Description = $"{map.Entries.Count} keys of the codebook of {map.Weight} with their radii, and {map.Prompts.Count} prompts, "
                + $"of which {map.Prompts.Count(prompt => prompt.Fires)} fire",
            XTitle = "first principal direction",
            YTitle = "second",
            Discs =
            [
                .. map.Entries.Select(entry => new PlaneDisc(
                    entry.Place.X, entry.Place.Y, entry.Radius, ColorOf(labels, entry.Label),
                    named.Count <= MostLabels && named.Contains(entry) ? Short(entry.Label) : "",
                    $"entry {entry.Number}, {entry.Label}, radius {Number(entry.Radius)}, edit {entry.Edit}")),
            ],
            Marks =
            [
                .. from kind in Kinds
                   from prompt in map.Prompts
                   where prompt.Kind == kind.Kind && prompt.Place is not null
                   let place = prompt.Place!.Value
                   select new PlaneMark(
                       place.X, place.Y, prompt.Fires ? kind.Fires : kind.Silent, Of(prompt.Fires),
                       $"{prompt.Text}: entry {prompt.Nearest} at distance {Number(prompt.Distance)} "
                           + (prompt.Fires ? "fires" : "is silent")),
            ],
        }.Draw();
    }

    private static PlotColor Of(bool fires) => fires ? PlotTheme.Ink : PlotTheme.Muted;

    private static PlotColor ColorOf(string[] labels, string label) => PlotTheme.SeriesAt(Array.IndexOf(labels, label));

    private static string Short(string label) => label.Length <= LongestLabel ? label : $"{label[..(LongestLabel - 1)]}…";

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
