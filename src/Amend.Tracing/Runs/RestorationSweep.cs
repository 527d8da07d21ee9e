using Amend.Models;
using Amend.Models.Passes;
using Amend.Models.Taps;
using static TorchSharp.torch;

namespace Amend.Tracing.Runs;

/// <summary>
/// The restored runs of one token at all layers in one sweep over the layers. A restored run differs from the corrupted one only
/// from the restored token on and above the first restored layer: tokens before are the corrupted run's keys and values, layers
/// below are its hidden states. Within a layer a restoration changes the traced token alone, so runs that part at a layer share
/// its other tokens, and a run that leaves the corrupted one costs that layer one token. An adaptor that answers for whole prompts
/// may change all of a prompt's tokens, so with one in force each run takes all tokens through every layer.
/// </summary>
internal sealed class RestorationSweep
{
    private readonly LanguageModel _model;
    private readonly FactTokens _fact;
    private readonly RecordedPass _clean;
    private readonly RecordedPass _corrupted;
    private readonly RecordedPass _frozen;
    private readonly RunTree _tree;
    private readonly bool _isEachWhole;
    private readonly int _token;
    private readonly int _tokens;
    private readonly int _batchTokens;

    /// <summary>Prepares the sweep of a token.</summary>
    /// <param name="model">The model.</param>
    /// <param name="fact">The fact.</param>
    /// <param name="clean">The clean run, one row.</param>
    /// <param name="runs">The runs.</param>
    /// <param name="token">The restored token, t.</param>
    /// <param name="batchTokens">The most tokens that a block is given at once.</param>
    public RestorationSweep(
        LanguageModel model, FactTokens fact, RecordedPass clean, RestoredRuns runs, int token, int batchTokens)
    {
        (_model, _fact, _clean, _token, _batchTokens) = (model, fact, clean, token, batchTokens);
        (_tree, _corrupted, _frozen) = (runs.Tree, runs.Into, runs.Frozen);
        _isEachWhole = model.Transformer.Taps.NeedsPromptEnds;
        Start = _isEachWhole ? 0 : token;
        _tokens = (int)clean.Before(0).shape[1] - Start;
    }

    /// <summary>Tokens that went through blocks so far.</summary>
    public long Steps { get; private set; }

    /// <summary>The first token that the runs compute.</summary>
    public int Start { get; }

    private int Samples => _corrupted.Rows;

    /// <summary>Runs the sweep.</summary>
    /// <returns>
    /// Final hidden states of the tree's leaves, node by node and sample by sample, <c>[leaves*S,N-start,D]</c>, in the caller's dispose
    /// scope.
    /// </returns>
    public Tensor Run()
    {
        using var scope = NewDisposeScope();
        var hidden = From(_corrupted.Before(0)).narrow(0, 0, 0);
        for (var layer = 0; layer < _model.Shape.Layers; layer++)
        {
            using var inner = NewDisposeScope();
            hidden = Step(layer, hidden).MoveToOuterDisposeScope();
        }

        return hidden.MoveToOuterDisposeScope();
    }

    /// <summary>Takes all nodes through a layer: those before it, <c>[P*S,n,D]</c>, to those after it, <c>[C*S,n,D]</c>.</summary>
    private Tensor Step(int layer, Tensor before)
    {
        var nodes = _tree.After(layer);
        if (nodes.Count == 0)
            return before;
        if (_isEachWhole)
            return StepEach(layer, before, nodes);
        var parents = (int)(before.shape[0] / Samples);
        var shared = new Restoration?[parents];
        for (var parent = 0; parent < parents; parent++)
        {
            var first = nodes.First(node => node.Parent == parent).Restoration;
            shared[parent] = first is { Site: not SiteKind.BlockOut } ? first : null;
        }

        var through = cat([From(_corrupted.After(layer)), Through(layer, before, shared)], 0);
        var after = through.index_select(0, Rows(nodes.Select(node => node.Parent + 1)));

        var ofBlock = Choose(nodes, node => node.Restoration is { Site: SiteKind.BlockOut });
        Restore(after, ofBlock, node => Value(layer, nodes[node].Restoration!.Value));
        var alone = Choose(nodes, node => node.Restoration is not { Site: SiteKind.BlockOut }
            && (node.Parent == RunTree.Corrupted || node.Restoration != shared[node.Parent]));
        if (alone.Length > 0)
        {
            var traced = cat([From(_corrupted.Before(layer)), before], 0).narrow(1, 0, 1);
            var states = traced.index_select(0, Rows(alone.Select(node => nodes[node].Parent + 1)));
            var changed = Through(layer, states, [.. alone.Select(node => nodes[node].Restoration)]);
            after.select(1, 0).index_copy_(0, Rows(alone), changed.select(1, 0));
        }

        return after;
    }

    /// <summary>As <see cref="Step"/>, where no tokens are shared.</summary>
    private Tensor StepEach(int layer, Tensor before, IReadOnlyList<RunNode> nodes)
    {
        var states = cat([From(_corrupted.Before(layer)), before], 0).index_select(0, Rows(nodes.Select(node => node.Parent + 1)));
        var within = nodes.Select(node => node.Restoration is { Site: not SiteKind.BlockOut } inside ? inside : (Restoration?)null);
        var after = Through(layer, states, [.. within]);
        var ofBlock = Choose(nodes, node => node.Restoration is { Site: SiteKind.BlockOut });
        Restore(after, ofBlock, node => Value(layer, nodes[node].Restoration!.Value));
        return after;
    }

    /// <summary>Takes rows through a block, with each node's restoration at the traced token, in batches of bounded size.</summary>
    /// <param name="layer">The block.</param>
    /// <param name="states">The residual stream before it, from the first computed token on, <c>[R*S,n,D]</c>.</param>
    /// <param name="restorations">What each node restores in it, R.</param>
    private Tensor Through(int layer, Tensor states, Restoration?[] restorations)
    {
        var (rows, tokens) = ((int)states.shape[0], (int)states.shape[1]);
        Steps += (long)rows * tokens;
        var rowsAtOnce = Math.Max(1, _batchTokens / tokens);
        var parts = new List<Tensor>();
        for (var first = 0; first < rows; first += rowsAtOnce)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(rowsAtOnce, rows - first);
            parts.Add(Block(layer, states.narrow(0, first, count), first, restorations).MoveToOuterDisposeScope());
        }

        return parts.Count == 0 ? states : cat(parts, 0);
    }

    private Tensor Block(int layer, Tensor states, int firstRow, Restoration?[] restorations)
    {
        var (rows, tokens, device) = ((int)states.shape[0], (int)states.shape[1], _model.Device);
        var positions = arange(Start, Start + tokens, dtype: ScalarType.Int64, device: device);
        var mask = arange(Start + tokens, dtype: ScalarType.Int64, device: device) <= positions.unsqueeze(1);
        var samples = tensor(Enumerable.Range(firstRow, rows).Select(row => (long)(row % Samples)).ToArray(), device: device);
        using var past = Start == 0 ? null : _corrupted.Past.Part(layer, samples, Start);
        var keyPositions = arange(Start + tokens, dtype: ScalarType.Int64, device: device).unsqueeze(0).expand(rows, -1);
        var attention = _fact.Ending(
            AttentionScope.Given(positions.unsqueeze(0).expand(rows, -1), mask.expand(rows, 1, -1, -1), past, keyPositions));
        using var trace = new Trace(_model.Transformer.Taps);
        var restored = Enumerable.Range(firstRow, rows).Where(row => restorations[row / Samples] is not null);
        foreach (var site in restored.GroupBy(row => restorations[row / Samples]!.Value.Site))
        {
            trace.Replace(new Site(site.Key, layer), value =>
            {
                var changed = value.clone();
                foreach (var group in site.GroupBy(row => restorations[row / Samples]!.Value))
                {
                    long[] at = [.. group.Select(row => (long)(row - firstRow))];
                    Put(changed, at, Value(layer, group.Key), [.. group.Select(row => (long)(row % Samples))]);
                }

                return changed;
            });
        }

        return _model.RequireDecoder("Tracing").Blocks(states, attention, layer, layer + 1);
    }

    /// <summary>A run's tokens from the first computed one on, <c>[S,n,D]</c>.</summary>
    private Tensor From(Tensor ofAllTokens) => ofAllTokens.narrow(1, Start, _tokens);

    /// <summary>The traced token's value of a restoration, <c>[1,D]</c> or <c>[S,D]</c>.</summary>
    private Tensor Value(int layer, Restoration restoration) =>
        (restoration.IsClean ? _clean : _frozen).Output(restoration.Site, layer).select(1, _token);

    private void Restore(Tensor states, int[] nodes, Func<int, Tensor> valueOf)
    {
        foreach (var node in nodes)
        {
            long[] rows = [.. Enumerable.Range(node * Samples, Samples).Select(row => (long)row)];
            Put(states, rows, valueOf(node), [.. Enumerable.Range(0, Samples).Select(sample => (long)sample)]);
        }

    }

    private void Put(Tensor states, long[] rows, Tensor values, long[] samples)
    {
        var source = values.shape[0] == 1 ? values.expand(rows.Length, -1) : values.index_select(0, tensor(samples, device: _model.Device));
        states.select(1, _token - Start).index_copy_(0, tensor(rows, device: _model.Device), source);
    }

    private static int[] Choose(IReadOnlyList<RunNode> nodes, Func<RunNode, bool> isChosen) =>
        [.. Enumerable.Range(0, nodes.Count).Where(node => isChosen(nodes[node]))];

    /// <summary>The rows of nodes, each with all its samples.</summary>
    private Tensor Rows(IEnumerable<int> nodes)
    {
        var rows = nodes.SelectMany(node => Enumerable.Range(0, Samples).Select(sample => ((long)node * Samples) + sample));
        return tensor(rows.ToArray(), device: _model.Device);
    }
}

/// <summary>The restored runs of a kind.</summary>
/// <param name="Tree">What is restored where.</param>
/// <param name="Into">The corrupted run that is restored, a row for each sample, S.</param>
/// <param name="Frozen">The one that severed modules keep the outputs of; the same but for the reference's form.</param>
/// <param name="Untouched">The answer's probability where nothing is restored, summed over the samples.</param>
internal sealed record RestoredRuns(RunTree Tree, RecordedPass Into, RecordedPass Frozen, double Untouched);
