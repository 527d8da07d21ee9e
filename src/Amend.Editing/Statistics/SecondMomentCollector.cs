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
    private const string FinishedKey = "finished";
    private readonly LanguageModel _model;
    private readonly int _layer;
    private readonly SecondMomentOptions _options;

    /// <summary>Creates a collector.</summary>
    /// <exception cref="AmendException">The model has edits applied, or has no such layer.</exception>
    public SecondMomentCollector(LanguageModel model, int layer, SecondMomentOptions options)
    {
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
    /// <param name="texts">Token ids of each text.</param>
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
    /// <param name="progress">Told the number of tokens after each save.</param>
    /// <param name="stop">Ends the collection at the next batch; what was added is saved.</param>
    /// <returns>The number of tokens in the file.</returns>
    /// <exception cref="AmendException">The file holds statistics of another model or layer, or the text has no tokens.</exception>
    public long Collect(IEnumerable<string> lines, string path, IProgress<long>? progress = null, CancellationToken stop = default)
    {
        using var moment = File.Exists(path) ? SecondMoment.Load(path) : new SecondMoment(_model.Shape.MlpWidth);
        var done = 0L;
        if (File.Exists(path))
        {
            CheckBelongs(moment, _model, _layer, path);
            done = long.Parse(moment.Metadata.GetValueOrDefault(LinesKey, "0"), CultureInfo.InvariantCulture);
        }

        var finished = true;
        foreach (var chunk in Batches(lines.Skip((int)done)))
        {
            if (stop.IsCancellationRequested || moment.Count >= _options.MaxTokens)
            {
                finished = !stop.IsCancellationRequested;
                break;
            }

            if (chunk.Texts.Count > 0)
                Add(moment, chunk.Texts);
            done += chunk.Lines;
            if (moment.Count == 0)
                continue;
            Save(moment, path, done, finished: false);
            progress?.Report(moment.Count);
        }

        if (moment.Count == 0)
            throw new AmendException("The text has no tokens; give a file with at least one line of text.");
        Save(moment, path, done, finished);
        return moment.Count;
    }

    /// <summary>Refuses statistics that were collected from another model or layer.</summary>
    internal static void CheckBelongs(SecondMoment moment, LanguageModel model, int layer, string path)
    {
        var (hash, of) = (moment.Metadata.GetValueOrDefault(HashKey), moment.Metadata.GetValueOrDefault(LayerKey));
        if (hash != model.BaseHash || of != layer.ToString(CultureInfo.InvariantCulture))
            throw new AmendException(
                $"'{path}' holds statistics of layer {of} of the weights {Short(hash)}, but layer {layer} of {Short(model.BaseHash)} was asked; collect them again with amend stats.");
    }

    private int SequenceLength => Math.Min(_options.SequenceLength, _model.Shape.ContextLength);

    private void Save(SecondMoment moment, string path, long lines, bool finished)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        moment.Save(path, new Dictionary<string, string>
        {
            [HashKey] = _model.BaseHash,
            [LayerKey] = _layer.ToString(CultureInfo.InvariantCulture),
            [LinesKey] = lines.ToString(CultureInfo.InvariantCulture),
            [FinishedKey] = finished ? "true" : "false",
            ["model"] = _model.Name,
            ["sequence_length"] = SequenceLength.ToString(CultureInfo.InvariantCulture),
        });
    }

    private IEnumerable<(List<IReadOnlyList<int>> Texts, int Lines)> Batches(IEnumerable<string> lines)
    {
        var (texts, count, longest) = (new List<IReadOnlyList<int>>(), 0, 0);
        foreach (var line in lines)
        {
            count++;
            var ids = string.IsNullOrWhiteSpace(line) ? [] : _model.Tokenizer.Encode(line).Ids;
            if (ids.Count > 0)
                texts.Add(ids);
            longest = Math.Max(longest, Math.Min(ids.Count, SequenceLength));
            if (longest * (texts.Count + 1) < _options.BatchTokens)
                continue;
            yield return (texts, count);
            (texts, count, longest) = ([], 0, 0);
        }

        if (count > 0)
            yield return (texts, count);
    }

    private static string Short(string? hash) => hash is { Length: > 12 } ? hash[..12] : hash ?? "(none)";
}
