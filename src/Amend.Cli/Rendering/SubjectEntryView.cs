using System.Globalization;
using Amend.Editing.Sessions;
using Amend.Editing.TokenCodebooks;

namespace Amend.Cli.Rendering;

/// <summary>What an edit is in a codebook at tokens, in a line for each subject.</summary>
internal static class SubjectEntryView
{
    /// <summary>What it fires on, within which radii, and which other subjects are near.</summary>
    public static string Describe(SubjectEntry entry)
    {
        var where = entry.Place == TokenPlace.Stream ? $"the stream behind {entry.Weight}" : $"the input of {entry.Weight}";
        if (entry.Entries is not { } entries)
            return $"fires on \"{entry.Subject}\" when applied, at {where}";
        var radii = string.Join(" and ", entry.Radii.Select(Text));
        var near = string.Join(", ", entry.Neighbors.Select(other => $"\"{other.Subject}\" at {Text(other.Distance)}"));
        return $"fires on \"{entry.Subject}\" at {where}, radius {radii}; one of {entries} in the codebook"
            + (near.Length > 0 ? $", nearest {near}" : "");
    }

    private static string Text(double number) => number.ToString("G4", CultureInfo.InvariantCulture);
}
