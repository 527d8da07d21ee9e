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
    public static string Describe(IReadOnlyList<StatisticsNote> notes) => string.Join("; ", notes.Select(Describe));

    /// <summary>One file with all it says of itself.</summary>
    public static void Print(SecondMomentSummary found)
    {
        var notes = found.Notes;
        var grid = Terminal.List();
        grid.Row("file", found.Path);
        var layer = notes.Layer?.ToString(CultureInfo.InvariantCulture) ?? "not noted";
        grid.Row("model", $"{notes.Model ?? "not noted"}, weights {Short(notes.WeightsHash)}, layer {layer}");
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
    public static void Print(StatisticsList list) => Print(list.Statistics.Select(one => (one.Layer!.Value, one.Statistics, one.Use switch
    {
        StatisticsUse.OtherWeights => "of other weights: not used",
        StatisticsUse.OtherFirst => "not used: another goes first",
        _ => State(one.Statistics.Notes),
    })));

    /// <summary>What was collected.</summary>
    public static void Print(CollectedStatistics collected)
    {
        foreach (var layer in collected.Layers)
            Terminal.Line($"{layer.Tokens} tokens at layer {layer.Layer} of {collected.Model}, in {layer.Path}");
        if (collected.Layers.Select(layer => layer.Statistics?.Notes).FirstOrDefault(notes => notes?.CutPassages > 0) is { } cut)
            Terminal.Line($"Passages are cut to {cut.SequenceLength} tokens: {LeftOut(cut)}.");
        if (!collected.Stopped)
        {
            Print(
                from layer in collected.Layers
                where layer.Statistics is not null
                select (layer.Layer, layer.Statistics!, State(layer.Statistics!.Notes)));
        }

    }

    private static void Print(IEnumerable<(int Layer, SecondMomentSummary Found, string State)> rows)
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

    private static string Describe(StatisticsNote note)
    {
        if (note.IsIdentity)
            return $"layer {note.Layer}: the identity";
        var keys = note.Tokens is { } tokens ? $"{tokens} keys, file {note.Hash?[..HashDigits]}" : "given by a program";
        return $"layer {note.Layer}: {keys}{(note.Origin is { } origin ? $", imported from {origin}" : "")}";
    }

    private static string State(SecondMomentNotes notes) => notes.Origin is { } origin ? $"imported from {origin}"
        : notes.MergedFrom.Count > 0 ? $"merged from {notes.MergedFrom.Count}"
        : notes.Finished == false ? "stopped"
        : "finished";

    /// <summary>What was left out of passages that were too long; null where nothing was, or it is not noted.</summary>
    private static string? LeftOut(SecondMomentNotes notes) => notes.CutPassages is > 0 and var passages
        ? $"{notes.CutTokens} tokens of {(passages == 1 ? "1 longer passage" : $"{passages} longer passages")} were left out"
        : null;

    private static string Text(SecondMomentNotes notes)
    {
        if (notes.Origin is { } origin)
            return $"not known: imported from {origin} (SHA-256 {Short(notes.OriginHash)})";
        var bound = notes.SequenceLength is { } length ? $", cut to {length} tokens each" : "";
        var left = LeftOut(notes) is { } cut ? $" ({cut})" : "";
        var state = notes.MergedFrom.Count > 0 ? $", merged from {notes.MergedFrom.Count} texts"
            : notes.Finished == false ? ", stopped before its end"
            : "";
        return $"{notes.Lines} passages{bound}{left}, SHA-256 {Short(notes.TextHash)}{state}";
    }

    private static string Condition(Spectrum spectrum) => spectrum.ConditionNumber is { } number
        ? Number(number)
        : $"none: singular, {spectrum.Rank} of {spectrum.Size} directions";

    private static string Rank(Spectrum spectrum) => spectrum.EffectiveRank.ToString("F1", CultureInfo.InvariantCulture);

    private static string Short(string? hash) => hash is null ? "not noted" : hash.Length > HashDigits ? hash[..HashDigits] : hash;

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
