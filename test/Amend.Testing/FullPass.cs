using Amend.Editing.Editors.Rome;
using Amend.Models;
using Amend.Models.Layers;
using Amend.Models.Taps;
using static TorchSharp.torch;

namespace Amend.Testing;

/// <summary>
/// The plain rewrite pass, as kmeng01/rome does it: each run takes the whole batch through all layers and all tokens, and
/// the vector is added to the MLP's output by a trace. It is what <see cref="SuffixPass"/> is tested and timed against.
/// </summary>
internal sealed class FullPass : IRewritePass
{
    private readonly LanguageModel _model;
    private readonly TokenBatch _batch;
    private readonly Site _site;
    private readonly Tensor _isLookup_BT1;
    private readonly Tensor _rows;
    private readonly Tensor _places;

    /// <summary>Prepares the pass.</summary>
    /// <param name="model">The model.</param>
    /// <param name="batch">The sequences.</param>
    /// <param name="layer">The layer whose MLP's output gets the vector.</param>
    /// <param name="essenceAtEnd">Whether the essence prompt is read at its last token instead of at its subject's.</param>
    public FullPass(LanguageModel model, RewriteBatch batch, int layer, bool essenceAtEnd)
    {
        _model = model;
        _site = Site.MlpOut(layer);
        using var none = no_grad();
        using var scope = NewDisposeScope();
        _batch = TokenBatch.Pad(batch.Rows, padding: 0, model.Device);
        var steps_T = arange(_batch.Ids.shape[1], dtype: ScalarType.Int64, device: model.Device);
        var lookup_B1 = tensor(batch.Lookup.Select(t => (long)t).ToArray(), batch.Rows.Count, 1, device: model.Device);
        _isLookup_BT1 = steps_T.eq(lookup_B1).unsqueeze(2).to(float32);
        var target = Enumerable.Range(0, batch.Target.Length);
        var read = Enumerable.Range(0, batch.Prompts).SelectMany(row => target.Select(t => (Row: row, Place: batch.PromptLengths[row] - 1 + t)))
            .Append((Row: batch.Prompts, Place: essenceAtEnd ? batch.PromptLengths[^1] - 1 : batch.Lookup[^1]))
            .ToList();
        _rows = tensor(read.Select(r => (long)r.Row).ToArray(), device: model.Device);
        _places = tensor(read.Select(r => (long)r.Place).ToArray(), device: model.Device);
        foreach (var kept in Owned)
            kept.DetachFromDisposeScope();
    }

    private Tensor[] Owned => [_batch.Ids, _batch.Mask, _isLookup_BT1, _rows, _places];

    /// <inheritdoc/>
    public (Tensor Target, Tensor Essence) Run(Tensor delta)
    {
        using var scope = NewDisposeScope();
        using var trace = _model.Trace().Replace(_site, value => value + _isLookup_BT1 * delta);
        var attention = AttentionScope.Causal(_batch.Mask, (int)_batch.Ids.shape[1]);
        var hidden = _model.Decoder.Blocks(_model.Decoder.Embed(_batch.Ids, attention.Positions), attention);
        var logits = _model.Decoder.Unembed(hidden).index(TensorIndex.Tensor(_rows), TensorIndex.Tensor(_places));
        var targets = logits.shape[0] - 1;
        return (logits.narrow(0, 0, targets).MoveToOuterDisposeScope(), logits.narrow(0, targets, 1).MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var kept in Owned)
            kept.Dispose();
    }
}
