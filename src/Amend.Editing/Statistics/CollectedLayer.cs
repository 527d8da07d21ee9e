using System.Globalization;
using Amend.Models;
using Amend.Tensors;
using Amend.Tensors.Statistics;

namespace Amend.Editing.Statistics;

/// <summary>One layer of a collection: its sum so far, and its file.</summary>
internal sealed class CollectedLayer : IDisposable
{
    private readonly LanguageModel _model;
    private readonly string _path;
    private SecondMomentNotes _notes;

    private CollectedLayer(LanguageModel model, int layer, string path, SecondMoment moment, SecondMomentNotes notes)
    {
        (_model, Layer, _path, Moment, _notes) = (model, layer, path, moment, notes);
        Lines = notes.Lines;
    }

    /// <summary>The layer.</summary>
    public int Layer { get; }

    /// <summary>The sum.</summary>
    public SecondMoment Moment { get; }

    /// <summary>Passages of the text that are in the sum.</summary>
    public long Lines { get; set; }

    /// <summary>A sum of no keys of a layer: of a mixture, the products within each expert's keys; the caller disposes.</summary>
    public static SecondMoment Empty(LanguageModel model, int layer)
    {
        var map = model.Transformer.DownMap(layer);
        return SecondMoment.OfBlocks(map.Inputs, map.Parts.Count);
    }

    /// <summary>Notes what was left out of passages; what a file from before this was noted left out stays unknown.</summary>
    public void NoteCut(CutOff cut) =>
        _notes = _notes with { CutPassages = _notes.CutPassages + cut.Passages, CutTokens = _notes.CutTokens + cut.Tokens };

    /// <summary>Begins a layer, or goes on with its file.</summary>
    /// <exception cref="AmendException">
    /// The file is broken, or its statistics are of another model, layer, or way of collecting.
    /// </exception>
    public static CollectedLayer Open(LanguageModel model, int layer, string path, int sequenceLength)
    {
        var notes = new SecondMomentNotes
        {
            WeightsHash = model.CheckpointHash,
            Layer = layer,
            Model = model.Name,
            SequenceLength = sequenceLength,
            CutPassages = 0,
            CutTokens = 0,
            KeysType = $"{model.Transformer.DownMap(layer).Parts[0].Value.dtype}",
        };
        if (!File.Exists(path))
            return new CollectedLayer(model, layer, path, Empty(model, layer), notes);
        var moment = SecondMoment.Load(path);
        try
        {
            var found = SecondMomentNotes.Of(moment);
            if (found.Misfit(moment.Width, model, layer, path) is { } misfit)
                throw misfit;
            if (found.Origin is not null || found.MergedFrom.Count > 0)
            {
                throw new AmendException(
                    $"'{path}' was "
                    + $"{(found.Origin is { } origin ? $"imported from '{origin}'" : $"merged from {found.MergedFrom.Count} files")}, "
                    + "so no text goes on in it; collect into another file, or delete it to start again.");
            }

            if (found.SequenceLength != sequenceLength)
            {
                throw new AmendException(
                    $"'{path}' was collected from texts cut to "
                    + $"{found.SequenceLength?.ToString(CultureInfo.InvariantCulture) ?? "(none)"} tokens, "
                    + $"but {sequenceLength} were asked; ask for the same or delete the file.");
            }

            if (found.KeysType is { } type && type != notes.KeysType)
            {
                throw new AmendException(
                    $"'{path}' was collected from weights in {type}, but the model is loaded in {notes.KeysType}; "
                    + "load it in the same type or delete the file.");
            }

            notes = found with { WeightsHash = notes.WeightsHash, KeysType = notes.KeysType, Model = notes.Model };
            return new CollectedLayer(model, layer, path, moment, notes);
        }
        catch
        {
            moment.Dispose();
            throw;
        }
    }

    /// <summary>Refuses to go on where the text up to here is another.</summary>
    /// <param name="text">The text, with as many passages taken as the sum has, or all of a shorter one.</param>
    public void RefuseOther(HashedLines text)
    {
        var isNew = _notes.TextHash is null && Moment.Count == 0;
        if (!isNew && (_notes.TextHash != text.Hash || text.Taken != Lines))
        {
            throw new AmendException(
                $"'{_path}' was collected from {Lines} lines of another text; "
                + "give that text to go on, or delete the file to start again.");
        }
    }

    /// <summary>Before the first batch's work, so that a place that cannot be written costs no time; an empty text makes none.</summary>
    public void MakeFolder()
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(_path))!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AmendException(
                $"The folder of the statistics file '{_path}' cannot be made ({e.Message.TrimEnd('.')}); "
                + "name another file with --out.",
                e);
        }
    }

    /// <summary>Saves the sum of all that was taken of the text.</summary>
    public void Save(TakenText text, bool finished) => Moment.Save(
        _path,
        (_notes with { Lines = text.Lines, TextHash = text.Hash, Beginnings = text.Beginnings, Finished = finished }).ToMetadata());

    /// <inheritdoc/>
    public void Dispose() => Moment.Dispose();
}
