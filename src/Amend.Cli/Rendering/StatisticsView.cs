using System.Globalization;
using Amend.Editing.Statistics;
using Amend.Tensors.LinearAlgebra;

namespace Amend.Cli.Rendering;

/// <summary>Statistics for people, and as parts of a JSON document.</summary>
internal static class StatisticsView
{
    private const int HashDigits = 12;

    /// <summary>Eigenvalues of wider keys are computed only where their file is asked for by name: they take minutes.</summary>
    public const long QuickWidth = 8192;

    /// <summary>The second moments that an edit used.</summary>
    public static string Describe(IReadOnlyList<StatisticsNote> notes) => string.Join("; ", notes.Select(note => note.IsIdentity
        ? $"layer {note.Layer}: the identity"
        : $"layer {note.Layer}: {(note.Tokens is { } tokens ? $"{tokens} keys, file {note.Hash?[..HashDigits]}" : "given by a program")}{(note.Origin is { } origin ? $", imported from {origin}" : "")}"));

    /// <summary>One file with all it says of itself.</summary>
    public static void Print(SecondMomentSummary found)
    {
        var notes = found.Notes;
        var grid = Terminal.List();
        grid.Row("file", found.Path);
        grid.Row("model", $"{notes.Model ?? "not noted"}, weights {Short(notes.WeightsHash)}, layer {notes.Layer?.ToString(CultureInfo.InvariantCulture) ?? "not noted"}");
        grid.Row("keys", $"{found.Tokens} of width {found.Width}{(notes.KeysType is { } type ? $", from weights in {type}" : "")}");
        grid.Row("text", Text(notes));
        if (found.Spectrum is { } spectrum)
        {
            grid.Row("effective rank", $"{Rank(spectrum)} of {spectrum.Size}");
            grid.Row("condition number", Condition(spectrum));
            grid.Row("eigenvalues", $"{Number(spectrum.Smallest)} to {Number(spectrum.Largest)}");
        }

        Terminal.Write(grid);
    }

    /// <summary>Files beside each other.</summary>
    public static void Print(IEnumerable<(int Layer, SecondMomentSummary Found, string State)> rows)
    {
        var table = Terminal.Table("layer", "keys", "width", "effective rank", "condition number", "state", "file").Numbers(0, 1, 2, 3, 4);
        foreach (var (layer, found, state) in rows)
        {
            table.Row(
                $"{layer}", $"{found.Tokens}", $"{found.Width}", found.Spectrum is { } s ? Rank(s) : "not computed",
                found.Spectrum is { } spectrum ? Condition(spectrum) : "not computed", state, found.Path);
        }

        Terminal.Write(table);
    }

    /// <summary>One file as a part of a JSON document.</summary>
    public static object Json(SecondMomentSummary found) => new
    {
        found.Path,
        found.Tokens,
        found.Width,
        EffectiveRank = found.Spectrum?.EffectiveRank,
        found.Spectrum?.Rank,
        ConditionNumber = found.Spectrum?.ConditionNumber,
        SmallestEigenvalue = found.Spectrum?.Smallest,
        LargestEigenvalue = found.Spectrum?.Largest,
        found.Notes,
    };

    /// <summary>How far a file is, in words.</summary>
    public static string State(SecondMomentNotes notes) =>
        notes.Origin is { } origin ? $"imported from {origin}" : notes.MergedFrom.Count > 0 ? $"merged from {notes.MergedFrom.Count}" : notes.Finished == false ? "stopped" : "finished";

    /// <summary>What was left out of passages that were too long; null where nothing was, or it is not noted.</summary>
    public static string? LeftOut(SecondMomentNotes notes) => notes.CutPassages is > 0 and var passages
        ? $"{notes.CutTokens} tokens of {(passages == 1 ? "1 longer passage" : $"{passages} longer passages")} were left out"
        : null;

    private static string Text(SecondMomentNotes notes)
    {
        if (notes.Origin is { } origin)
            return $"not known: imported from {origin} (SHA-256 {Short(notes.OriginHash)})";
        var bound = notes.SequenceLength is { } length ? $", cut to {length} tokens each" : "";
        var left = LeftOut(notes) is { } cut ? $" ({cut})" : "";
        var state = notes.MergedFrom.Count > 0 ? $", merged from {notes.MergedFrom.Count} texts" : notes.Finished == false ? ", stopped before its end" : "";
        return $"{notes.Lines} passages{bound}{left}, SHA-256 {Short(notes.TextHash)}{state}";
    }

    private static string Condition(Spectrum spectrum) => spectrum.ConditionNumber is { } number
        ? Number(number)
        : $"none: singular, {spectrum.Rank} of {spectrum.Size} directions";

    private static string Rank(Spectrum spectrum) => spectrum.EffectiveRank.ToString("F1", CultureInfo.InvariantCulture);

    private static string Short(string? hash) => hash is null ? "not noted" : hash.Length > HashDigits ? hash[..HashDigits] : hash;

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
