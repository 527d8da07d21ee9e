using System.Diagnostics;
using System.Globalization;
using Amend.Models;
using Amend.Models.Layers;
using Amend.Models.Taps;
using Amend.Tensors;
using Amend.Tensors.Statistics;
using static TorchSharp.torch;

namespace Amend.Editing.Statistics;

/// <summary>
/// Collects the second moment of the keys at a layer over a text (<c>layer_stats</c> in kmeng01/rome): every token of every
/// line adds its key. Batches have a token budget of their own, whatever the model's context, and a killed collection
/// resumes from its file.
/// </summary>
public sealed class SecondMomentCollector
{
    private const string HashKey = "weights_hash";
    private const string LayerKey = "layer";
    private const string LinesKey = "lines";
    private const string TextKey = "text_hash";
    private const string FinishedKey = "finished";
    private const string ModelKey = "model";
    private const string SequenceKey = "sequence_length";
    private readonly LanguageModel _model;
    private readonly int _layer;
    private readonly SecondMomentOptions _options;

    /// <summary>Creates a collector.</summary>
    /// <exception cref="AmendException">The model is no causal decoder, has edits applied, or has no such layer.</exception>
    public SecondMomentCollector(LanguageModel model, int layer, SecondMomentOptions options)
    {
        model.RequireDecoder("The second moment of ROME's keys");
        if (layer < 0 || layer >= model.Shape.Layers)
            throw new AmendException($"Layer {layer} was asked; '{model.Name}' has layers 0 to {model.Shape.Layers - 1}.");
        if (model.Deltas.Ids.Count > 0)
            throw new AmendException($"'{model.Name}' has {model.Deltas.Ids.Count} edits applied; statistics belong to the model without edits.");
        _model = model;
        _layer = layer;
        _options = options.Validated();
    }

    /// <summary>Adds the keys of whole texts, each cut to the sequence length.</summary>
    /// <param name="moment">The sum to add to, of the MLP's width.</param>
    /// <param name="texts">Token ids of each text; at least one, none empty.</param>
    public void Add(SecondMoment moment, IReadOnlyList<IReadOnlyList<int>> texts)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var cut = texts.Select(ids => (IReadOnlyList<int>)[.. ids.Take(SequenceLength)]).ToArray();
        var batch = TokenBatch.Pad(cut, padding: 0, _model.Device);
        using var trace = _model.Trace().Capture(Site.MlpKey(_layer));
        var attention = AttentionScope.Causal(batch.Mask, (int)batch.Ids.shape[1]);
        _model.Decoder.Blocks(_model.Decoder.Embed(batch.Ids, attention.Positions), attention, 0, _layer + 1);
        moment.Add(trace[Site.MlpKey(_layer)], batch.Mask);
    }

    /// <summary>Collects over the lines of a text into a file, from where an earlier run stopped.</summary>
    /// <param name="lines">The text's lines; empty ones are passed over.</param>
    /// <param name="path">The statistics file.</param>
    /// <param name="progress">Told the number of tokens after each batch.</param>
    /// <param name="stop">Ends the collection at the next batch; what was added is saved.</param>
    /// <returns>The number of tokens in the file; 0 where it was stopped before the first batch and there is none.</returns>
    /// <exception cref="AmendException">
    /// The file holds statistics of another model, layer or text, or cannot be written; or the text has no tokens.
    /// </exception>
    public long Collect(IEnumerable<string> lines, string path, IProgress<long>? progress = null, CancellationToken stop = default)
    {
        using var text = new HashedLines(lines);
        using var moment = File.Exists(path) ? Resume(path, text) : new SecondMoment(_model.Shape.MlpWidth);
        var sinceSave = Stopwatch.StartNew();
        while (!stop.IsCancellationRequested && NextBatch(text, _options.MaxTokens - moment.Count) is { Count: > 0 } batch)
        {
            MakeFolder(path);
            Add(moment, batch);
            progress?.Report(moment.Count);
            if (sinceSave.Elapsed < _options.SaveInterval)
                continue;
            Save(moment, path, text, finished: false);
            sinceSave.Restart();
        }

        if (moment.Count > 0)
            Save(moment, path, text, finished: !stop.IsCancellationRequested);
        else if (!stop.IsCancellationRequested)
            throw new AmendException($"The text has no tokens in its {text.Taken} lines; give a file with at least one line of text.");
        return moment.Count;
    }

    /// <summary>Why statistics are not of a layer of a model's weights; null where they are.</summary>
    internal static AmendException? Misfit(SecondMoment moment, LanguageModel model, int layer, string path) =>
        Noted(moment, HashKey) == model.BaseHash && Noted(moment, LayerKey) == Text(layer) && moment.Width == model.Shape.MlpWidth
            ? null
            : new AmendException(
                $"'{path}' holds statistics of layer {Noted(moment, LayerKey)} of the weights {Short(Noted(moment, HashKey))}, width {moment.Width}, "
                + $"but layer {layer} of {Short(model.BaseHash)}, width {model.Shape.MlpWidth}, was asked; collect them again with amend stats.");

    private int SequenceLength => Math.Min(_options.SequenceLength, _model.Shape.ContextLength);

    private SecondMoment Resume(string path, HashedLines text)
    {
        var moment = SecondMoment.Load(path);
        try
        {
            if (Misfit(moment, _model, _layer, path) is { } misfit)
                throw misfit;
            if (Noted(moment, SequenceKey) != Text(SequenceLength))
                throw new AmendException($"'{path}' was collected from texts cut to {Noted(moment, SequenceKey)} tokens, but {SequenceLength} were asked; ask for the same or delete the file.");
            text.TakeUntil(long.TryParse(Noted(moment, LinesKey), NumberStyles.None, CultureInfo.InvariantCulture, out var done) ? done : 0);
            if (Noted(moment, TextKey) != text.Hash)
                throw new AmendException($"'{path}' was collected from {Noted(moment, LinesKey)} lines of another text; give that text to go on, or delete the file to start again.");
            return moment;
        }
        catch
        {
            moment.Dispose();
            throw;
        }
    }

    /// <summary>Whole texts, cut to the sequence length, as many as the batch has room for; fewer tokens where the budget ends.</summary>
    private List<IReadOnlyList<int>> NextBatch(HashedLines text, long budget)
    {
        var (batch, longest) = (new List<IReadOnlyList<int>>(), 0);
        while (budget > 0 && text.Next is { } line)
        {
            var ids = string.IsNullOrWhiteSpace(line) ? [] : _model.Tokenizer.Encode(line).Ids;
            var length = (int)Math.Min(Math.Min(ids.Count, SequenceLength), budget);
            if (batch.Count > 0 && (batch.Count + 1L) * Math.Max(longest, length) > _options.BatchTokens)
                break;
            text.Take();
            if (length == 0)
                continue;
            batch.Add([.. ids.Take(length)]);
            longest = Math.Max(longest, length);
            budget -= length;
        }

        return batch;
    }

    /// <summary>Before the first batch's work, so that a place that cannot be written costs no time; an empty text makes none.</summary>
    private static void MakeFolder(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AmendException($"The folder of the statistics file '{path}' cannot be made ({e.Message.TrimEnd('.')}); name another file with --out.", e);
        }
    }

    private void Save(SecondMoment moment, string path, HashedLines text, bool finished)
    {
        moment.Save(path, new Dictionary<string, string>
        {
            [HashKey] = _model.BaseHash,
            [LayerKey] = Text(_layer),
            [LinesKey] = Text(text.Taken),
            [TextKey] = text.Hash,
            [FinishedKey] = finished ? "true" : "false",
            [ModelKey] = _model.Name,
            [SequenceKey] = Text(SequenceLength),
        });
    }

    private static string Noted(SecondMoment moment, string key) => moment.Metadata.GetValueOrDefault(key, "(none)");

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Short(string hash) => hash.Length > 12 ? hash[..12] : hash;
}
