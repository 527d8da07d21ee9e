using System.Globalization;
using Amend.Editing.Codebooks;
using Amend.Editing.Sessions;

namespace Amend.Cli.Rendering;

/// <summary>What an edit is in a codebook, in lines.</summary>
internal static class EntryView
{
    /// <summary>Its place, token and radius.</summary>
    public static string Describe(EntryDetails entry)
    {
        var token = entry.Token is null ? "" : $", key at the token \"{entry.Token}\"";
        return entry.Step is null
            ? $"in the codebook of {entry.Weight} when applied{token}"
            : $"{entry.Number} of {entry.Entries} in the codebook of {entry.Weight} ({Lower(entry.Step)}){token}, radius "
                + $"{Text(entry.Radius!.Value)} {Lower(entry.Distance)}, replaces {Replaced(entry)}"
                + (entry.SharedWith.Count > 0 ? $"\nshared with {string.Join(", ", entry.SharedWith)}" : "");
    }

    /// <summary>The nearest other entries, a line each.</summary>
    public static string Neighbors(EntryDetails entry) => string.Join('\n', entry.Neighbors.Select(near =>
        $"{near.Edit} at distance {Text(near.Distance)}, radius {Text(near.Radius)}, "
        + $"{(near.HasSameLabel ? "the same" : "another")} label"));

    private static string Replaced(EntryDetails entry) => entry.Replacement switch
    {
        Replacement.ReplaceLast => "the prompt's last token",
        Replacement.ReplacePrompt => "the prompt's tokens before the last",
        _ => "all tokens",
    };

    private static string Lower(Enum value) => $"{value}".ToLowerInvariant();

    private static string Text(double number) => number.ToString("G4", CultureInfo.InvariantCulture);
}
