using System.Diagnostics;
using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Passes;
using Amend.Models.Shapes;
using Amend.Models.Taps;
using Amend.Tensors;
using Amend.Tensors.Statistics;
using static TorchSharp.torch;

namespace Amend.Editing.Statistics;

/// <summary>
/// Collects the second moment of the keys at one layer or several over a text (<c>layer_stats</c> in kmeng01/rome): every token
/// of every passage adds its key. Batches have a token budget of their own, whatever the model's context, and a killed collection
/// resumes from its files.
/// </summary>
public sealed class SecondMomentCollector
{
    private readonly LanguageModel _model;
    private readonly CausalDecoder _decoder;
    private readonly BatchCutter _batches;

    /// <summary>Creates a collector for one layer.</summary>
    /// <exception cref="AmendException">The model is no causal decoder, has edits applied, or has no such layer.</exception>
    public SecondMomentCollector(LanguageModel model, int layer, SecondMomentOptions options)
        : this(model, [layer], options)
    {
    }

    /// <summary>Creates a collector for layers, which share the passes.</summary>
    /// <exception cref="AmendException">
    /// The model is no causal decoder, has edits applied, lacks a layer, or one is named twice or none.
    /// </exception>
    public SecondMomentCollector(LanguageModel model, IReadOnlyList<int> layers, SecondMomentOptions options)
    {
        _decoder = model.RequireDecoder("The second moment of ROME's keys");
        foreach (var layer in layers.Where(layer => layer < 0 || layer >= model.Shape.Layers))
            throw new AmendException($"Layer {layer} was asked; '{model.Name}' has layers 0 to {model.Shape.Layers - 1}.");
        if (layers.Count == 0 || layers.Distinct().Count() < layers.Count)
            throw new AmendException($"The layers [{string.Join(", ", layers)}] were asked; name at least one, each once.");
        if (model.Applied.Ids.Count > 0)
        {
            throw new AmendException(
                $"'{model.Name}' has {model.Applied.Ids.Count} edits applied; statistics belong to the model without edits.");
        }

        (_model, Layers, Options) = (model, [.. layers], options.Validated());
        _batches = new BatchCutter(model, SequenceLength, Options.BatchTokens);
    }

    /// <summary>The layers, in the order of the files.</summary>
    public IReadOnlyList<int> Layers { get; }

    /// <summary>How much is collected, and in what portions.</summary>
    public SecondMomentOptions Options { get; }

    private int SequenceLength => Math.Min(Options.SequenceLength, _model.Shape.ContextLength);

    /// <summary>Adds the keys of whole texts at the collector's layer, each cut to the sequence length.</summary>
    /// <param name="moment">The sum to add to, of the MLP's width.</param>
    /// <param name="texts">Token ids of each text; at least one, none empty.</param>
    public void Add(SecondMoment moment, IReadOnlyList<IReadOnlyList<int>> texts) => Add([(Layers[0], moment)], texts);

    /// <summary>Collects one layer over the lines of a text into a file, from where an earlier run stopped.</summary>
    /// <param name="lines">The text's lines; empty ones are passed over.</param>
    /// <param name="path">The statistics file.</param>
    /// <param name="progress">Told the number of tokens after each batch.</param>
    /// <param name="stop">Ends the collection at the next batch; what was added is saved.</param>
    /// <returns>The number of tokens in the file; 0 where it was stopped before the first batch and there is none.</returns>
    /// <exception cref="AmendException">
    /// The file holds statistics of another model, layer or text, or cannot be written; or the text has no tokens.
    /// </exception>
    public long Collect(IEnumerable<string> lines, string path, IProgress<long>? progress = null, CancellationToken stop = default) =>
        Collect(TextPassage.Of(lines), [path], progress, stop)[0];

    /// <summary>Collects the layers over passages into a file each, from where earlier runs stopped.</summary>
    /// <param name="passages">The text; where the files are at different places of it, it is enumerated twice.</param>
    /// <param name="paths">The statistics file of each layer.</param>
    /// <param name="progress">Told the number of tokens after each batch.</param>
    /// <param name="stop">Ends the collection at the next batch; what was added is saved.</param>
    /// <returns>The number of tokens in each file.</returns>
    /// <exception cref="AmendException">As of the other form; or the files of two layers were cut at different tokens.</exception>
    public IReadOnlyList<long> Collect(
        IEnumerable<TextPassage> passages, IReadOnlyList<string> paths, IProgress<long>? progress = null, CancellationToken stop = default)
    {
        if (paths.Count != Layers.Count)
            throw new ArgumentException($"{Layers.Count} layers got {paths.Count} files; give each its own.", nameof(paths));
        var parts = new List<CollectedLayer>();
        try
        {
            foreach (var (layer, path) in Layers.Zip(paths))
                parts.Add(CollectedLayer.Open(_model, layer, path, SequenceLength));
            using var text = Begin(passages, parts);
            Collect(text, parts, progress, stop);
            Finish(text, parts, stop);
            return [.. parts.Select(part => part.Moment.Count)];
        }
        finally
        {
            parts.ForEach(part => part.Dispose());
        }
    }

    /// <summary>Cuts a text into shards, whose sums can be collected apart, on other machines too.</summary>
    /// <param name="passages">The text, to the collector's most tokens.</param>
    /// <param name="tokens">Tokens of a shard, of which the last batch may have more.</param>
    /// <exception cref="AmendException">The text has no tokens.</exception>
    public ShardedText Cut(IEnumerable<TextPassage> passages, long tokens)
    {
        using var text = new HashedLines(passages);
        var (shards, batches) = (new List<TokenShard>(), new List<IReadOnlyList<IReadOnlyList<int>>>());
        var (inShard, left) = (0L, Options.MaxTokens);
        var cut = new CutOff(0, 0);
        while (left > 0 && text.Next is not null)
        {
            var batch = _batches.Next(text, left, long.MaxValue);
            cut += batch.Cut;
            if (batch.Texts.Count == 0)
                continue;
            batches.Add(batch.Texts);
            (inShard, left) = (inShard + batch.Tokens, left - batch.Tokens);
            if (inShard < tokens)
                continue;
            shards.Add(new TokenShard([.. batches]));
            batches.Clear();
            inShard = 0;
        }

        if (batches.Count > 0)
            shards.Add(new TokenShard([.. batches]));
        return shards.Count > 0 ? new ShardedText(shards, text.Text, cut) : throw NoTokens(text);
    }

    /// <summary>The sums of a shard at the collector's layers; the caller disposes them.</summary>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public IReadOnlyList<SecondMoment> Sum(TokenShard shard, CancellationToken stop = default)
    {
        var sums = Layers.Select(layer => CollectedLayer.Empty(_model, layer)).ToArray();
        try
        {
            foreach (var texts in shard.Batches)
            {
                stop.ThrowIfCancellationRequested();
                Add([.. Layers.Zip(sums)], texts);
            }

            return sums;
        }
        catch
        {
            Array.ForEach(sums, sum => sum.Dispose());
            throw;
        }
    }

    /// <summary>
    /// Makes of the sums of a text's shards the files that a collection of the text makes: the same, but for the order of additions.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="sums">The sums at the layers, shard by shard, each taken once; disposed of here.</param>
    /// <param name="paths">The statistics file of each layer.</param>
    /// <exception cref="AmendException">A file is there already, or cannot be written.</exception>
    public void Keep(ShardedText text, IEnumerable<IReadOnlyList<SecondMoment>> sums, IReadOnlyList<string> paths)
    {
        if (paths.FirstOrDefault(File.Exists) is { } there)
            throw new AmendException($"There is already a file '{there}'; name another.");
        var parts = Layers.Zip(paths, (layer, path) => CollectedLayer.Open(_model, layer, path, SequenceLength)).ToList();
        try
        {
            foreach (var ofShard in sums)
            {
                foreach (var (part, sum) in parts.Zip(ofShard))
                {
                    using (sum)
                        part.Moment.Merge(sum);
                }
            }

            foreach (var part in parts)
            {
                part.MakeFolder();
                part.NoteCut(text.Cut);
                part.Save(text.Taken, finished: true);
            }
        }
        finally
        {
            parts.ForEach(part => part.Dispose());
        }
    }

    /// <summary>The text, which every file is checked against, at the place of the file that has least of it.</summary>
    private static HashedLines Begin(IEnumerable<TextPassage> passages, List<CollectedLayer> parts)
    {
        var text = new HashedLines(passages);
        try
        {
            foreach (var part in parts.OrderBy(part => part.Lines))
            {
                text.TakeUntil(part.Lines);
                part.RefuseOther(text);
            }

            if (parts.TrueForAll(part => part.Lines == text.Taken))
                return text;
        }
        catch
        {
            text.Dispose();
            throw;
        }

        text.Dispose();
        text = new HashedLines(passages);
        text.TakeUntil(parts.Min(part => part.Lines));
        return text;
    }

    private void Collect(HashedLines text, List<CollectedLayer> parts, IProgress<long>? progress, CancellationToken stop)
    {
        var sinceSave = Stopwatch.StartNew();
        while (!stop.IsCancellationRequested)
        {
            // Those that an earlier run brought further wait until the text is there.
            var waiting = parts.Where(part => part.Lines > text.Taken).Select(part => part.Lines).DefaultIfEmpty(long.MaxValue).Min();
            var active = parts.Where(part => part.Lines == text.Taken && part.Moment.Count < Options.MaxTokens).ToList();
            if (active.Count == 0 && waiting == long.MaxValue)
                return;
            if (active.Count == 0)
            {
                text.TakeUntil(waiting);
                continue;
            }

            RefuseOtherCuts(active);
            var batch = _batches.Next(text, Options.MaxTokens - active[0].Moment.Count, waiting);
            if (batch.Texts.Count > 0)
            {
                active.ForEach(part => part.MakeFolder());
                Add([.. active.Select(part => (part.Layer, part.Moment))], batch.Texts);
                progress?.Report(active[0].Moment.Count);
            }

            foreach (var part in active)
            {
                part.Lines = text.Taken;
                part.NoteCut(batch.Cut);
            }

            if (batch.Texts.Count == 0 && text.Next is null)
                return;
            if (batch.Texts.Count == 0 || sinceSave.Elapsed < Options.SaveInterval)
                continue;
            active.ForEach(part => part.Save(text.Text, finished: false));
            sinceSave.Restart();
        }
    }

    private static AmendException NoTokens(HashedLines text) =>
        new($"The text has no tokens in its {text.Taken} lines; give a file with at least one line of text.");

    private static void Finish(HashedLines text, List<CollectedLayer> parts, CancellationToken stop)
    {
        if (!stop.IsCancellationRequested && parts.Exists(part => part.Moment.Count == 0))
            throw NoTokens(text);
        foreach (var part in parts.Where(part => part.Lines == text.Taken && part.Moment.Count > 0))
            part.Save(text.Text, finished: !stop.IsCancellationRequested);
    }

    /// <summary>A token budget may have cut the same passage at different tokens; then the layers cannot share passes.</summary>
    private static void RefuseOtherCuts(List<CollectedLayer> active)
    {
        if (active.Find(part => part.Moment.Count != active[0].Moment.Count) is { } other)
        {
            throw new AmendException(
                $"After {other.Lines} lines the file of layer {active[0].Layer} has {active[0].Moment.Count} tokens "
                + $"and that of layer {other.Layer} has {other.Moment.Count}; "
                + "collect these layers one by one, or delete a file to start again.");
        }
    }

    private void Add(IReadOnlyList<(int Layer, SecondMoment Moment)> moments, IReadOnlyList<IReadOnlyList<int>> texts)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var cut = texts.Select(ids => (IReadOnlyList<int>)[.. ids.Take(SequenceLength)]).ToArray();
        var batch = TokenBatch.Pad(cut, padding: 0, _model.Device);
        var attention = AttentionScope.Causal(batch.Mask, (int)batch.Ids.shape[1]);
        // Layer by layer, so that the keys of one at a time are held.
        var (hidden, next, last) = (_decoder.Embed(batch.Ids, attention.Positions), 0, moments.Max(at => at.Layer));
        foreach (var (layer, moment) in moments.OrderBy(at => at.Layer))
        {
            if (next < layer)
                hidden = _decoder.Blocks(hidden, attention, next, layer);
            var map = _model.Transformer.DownMap(layer);
            if (layer == last && !map.IsMixture && !_model.Transformer.Taps.HasAdaptors)
            {
                AddLast(layer, moment, hidden, attention, batch.Mask);
                return;
            }

            using var trace = _model.Trace().Capture([.. map.Sites]);
            hidden = _decoder.Blocks(hidden, attention, layer, layer + 1);
            next = layer + 1;
            moment.Add(map.Keys(trace), batch.Mask);
        }
    }

    /// <summary>
    /// Takes in the keys of a block whose output nobody reads: its down projection maps one token, which the sum behind it takes for all.
    /// </summary>
    private void AddLast(int layer, SecondMoment moment, Tensor hidden, AttentionScope attention, Tensor mask)
    {
        using var trace = _model.Trace().Replace(Site.MlpKey(layer), keys_BTF =>
        {
            moment.Add(keys_BTF, mask);
            return keys_BTF.narrow(1, 0, 1);
        });
        _decoder.Blocks(hidden, attention, layer, layer + 1);
    }
}
