using System.Globalization;
using Amend.Shipping.Exporting;

namespace Amend.Cli.Rendering;

/// <summary>What an export wrote, for people.</summary>
internal static class ExportView
{
    /// <summary>How much of a change may be lost in rounding before it is said aloud.</summary>
    private const double MuchLost = 0.1;

    private const int MostWeights = 12;

    /// <summary>Prints it.</summary>
    public static void Print(ExportOutcome outcome)
    {
        var grid = Terminal.List();
        grid.Row("written", $"{outcome.Path} ({outcome.Form}, {(outcome.Bytes / 1e6).ToString("N3", CultureInfo.InvariantCulture)} MB)");
        grid.Row("edits", $"{outcome.Edits.Count}: {string.Join(", ", outcome.Edits)}");
        foreach (var weight in outcome.Changed.Take(MostWeights))
            grid.Row("changed", Describe(weight));
        if (outcome.Changed.Count > MostWeights)
            grid.Row("", $"and {outcome.Changed.Count - MostWeights} more");
        Terminal.Write(grid);
        foreach (var note in outcome.Notes)
            Messages.Notes.Report(note);
        if (outcome.Changed.Count > 0 && outcome.Changed.MaxBy(weight => weight.Rounding) is { Rounding: > MuchLost } worst)
        {
            Messages.Progress(
                $"Of the change of {worst.Weight}, {Terminal.Percent(worst.Rounding)} is lost: ask the result before it is used, or "
                + (worst.Rank is null ? $"write it in a wider type than {worst.Type}." : "give a higher --rank or a wider type."));
        }
    }

    private static string Describe(ShippedWeight weight) => string.Create(
        CultureInfo.InvariantCulture,
        $"{weight.Weight}: {weight.Type}{(weight.Rank is { } rank ? $", rank {rank}" : "")}, "
        + $"norm {weight.ChangeNorm:F3}, lost in writing {100 * weight.Rounding:F3} %");
}
