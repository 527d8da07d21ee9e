using Amend.Tensors;
using Amend.Tensors.Files;
using Amend.Tensors.Statistics;
using static TorchSharp.torch;

namespace Amend.Editing.Statistics;

/// <summary>Adds statistics that were collected from different texts, as if they had been collected in one run.</summary>
public static class SecondMomentMerge
{
    /// <summary>Merges files into a new one.</summary>
    /// <param name="paths">
    /// At least two files, of the same weights, layer, sequence length and type, finished, of texts that share no file.
    /// </param>
    /// <param name="path">The file to make.</param>
    /// <returns>The number of tokens in it.</returns>
    /// <exception cref="AmendException">
    /// The files do not belong together, share text, or the new file is there already or cannot be written.
    /// </exception>
    public static long Run(IReadOnlyList<string> paths, string path)
    {
        if (paths.Count < 2)
            throw new AmendException($"{paths.Count} statistics file was given to merge; give at least two.");
        if (File.Exists(path))
            throw new AmendException($"There is already a file '{path}'; name another to merge into.");
        using var first = SecondMoment.Load(paths[0]);
        var notes = Mergeable(first, paths[0]);
        using var sum = SecondMoment.OfBlocks(first.Width, first.Blocks);
        sum.Merge(first);
        var isNarrow = first.StoredType == ScalarType.Float32;
        var taken = Named(notes, paths[0]);
        foreach (var other in paths.Skip(1))
        {
            using var moment = SecondMoment.Load(other);
            var added = Mergeable(moment, other);
            RefuseOther((notes, first, paths[0]), (added, moment, other));
            RefuseShared(taken, added, other);
            sum.Merge(moment);
            isNarrow &= moment.StoredType == ScalarType.Float32;
            notes = notes with
            {
                Lines = notes.Lines + added.Lines,
                CutPassages = notes.CutPassages + added.CutPassages,
                CutTokens = notes.CutTokens + added.CutTokens,
                Beginnings = [.. notes.Beginnings, .. added.Beginnings],
                MergedFrom = [.. TextsOf(notes), .. TextsOf(added)],
            };
        }

        var text = string.Join('\n', notes.MergedFrom.Order(StringComparer.Ordinal));
        notes = notes with { TextHash = ContentHash.Of(text) };
        sum.Save(path, notes.ToMetadata(), isNarrow ? ScalarType.Float32 : ScalarType.Float64);
        return sum.Count;
    }

    private static SecondMomentNotes Mergeable(SecondMoment moment, string path)
    {
        var notes = SecondMomentNotes.Of(moment);
        if (notes.TextHash is null || notes.WeightsHash is null || notes.Layer is null)
        {
            throw new AmendException(
                $"'{path}' does not say of which weights, layer and text it "
                + $"is{(notes.Origin is { } origin ? $" (it was imported from '{origin}')" : "")}; "
                + "merge files that amend stats collected.");
        }

        return notes.Finished == false
            ? throw new AmendException(
                $"'{path}' was stopped after {notes.Lines} lines of its text; "
                + "finish it with the same amend stats command before it is merged.")
            : notes;
    }

    private static void RefuseOther(
        (SecondMomentNotes Notes, SecondMoment Moment, string Path) first,
        (SecondMomentNotes Notes, SecondMoment Moment, string Path) other)
    {
        (string What, string? Here, string? There)[] all =
        [
            ("the weights", first.Notes.WeightsHash, other.Notes.WeightsHash),
            ("layer", $"{first.Notes.Layer}", $"{other.Notes.Layer}"),
            ("width", $"{first.Moment.Width}", $"{other.Moment.Width}"),
            ("blocks", $"{first.Moment.Blocks}", $"{other.Moment.Blocks}"),
            ("passages cut to", $"{first.Notes.SequenceLength} tokens", $"{other.Notes.SequenceLength} tokens"),
            ("weights in the type", first.Notes.KeysType ?? other.Notes.KeysType, other.Notes.KeysType ?? first.Notes.KeysType),
        ];
        foreach (var (what, here, there) in all.Where(pair => pair.Here != pair.There))
        {
            throw new AmendException(
                $"'{first.Path}' is of {what} {here} and '{other.Path}' of {what} {there}; "
                + "merge files of one model and layer that were collected alike.");
        }
    }

    /// <summary>A text is known by its hash and by the beginnings of its files.</summary>
    private static void RefuseShared(Dictionary<string, string> taken, SecondMomentNotes added, string path)
    {
        foreach (var (name, _) in Named(added, path))
        {
            if (!taken.TryAdd(name, path))
            {
                throw new AmendException(
                    $"'{path}' has text that '{taken[name]}' has too, a whole or a file that begins alike; "
                    + "merge files of texts that have nothing in common.");
            }
        }
    }

    private static Dictionary<string, string> Named(SecondMomentNotes notes, string path) =>
        TextsOf(notes).Concat(notes.Beginnings).Distinct().ToDictionary(name => name, _ => path);

    private static IReadOnlyList<string> TextsOf(SecondMomentNotes notes) =>
        notes.MergedFrom.Count > 0 ? notes.MergedFrom : [notes.TextHash!];
}
