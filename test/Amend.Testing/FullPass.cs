using Amend.Editing.KeyValue;
using Amend.Models;
using Amend.Models.Passes;
using Amend.Models.Shapes;
using Amend.Models.Taps;
using static TorchSharp.torch;

namespace Amend.Testing;

/// <summary>
/// The plain rewrite pass, as kmeng01/rome does it: each run takes the whole batch through all layers and all tokens, and
/// the vectors are added to the MLP's output by a trace. It is what <see cref="SuffixPass"/> is tested and timed against.
/// </summary>
internal sealed class FullPass : IRewritePass
{
    private readonly LanguageModel _model;
    private readonly Site _site;
    private readonly bool _essenceAtEnd;
    private RewriteBatch _batch;

    /// <summary>Prepares the pass.</summary>
    /// <param name="model">The model.</param>
    /// <param name="batch">The sequences.</param>
    /// <param name="layer">The layer whose MLP's output gets the vectors.</param>
    /// <param name="essenceAtEnd">Whether the essence prompts are read at their last token instead of at the subject's.</param>
    public FullPass(LanguageModel model, RewriteBatch batch, int layer, bool essenceAtEnd) =>
        (_model, _batch, _site, _essenceAtEnd) = (model, batch, Site.MlpOut(layer), essenceAtEnd);

    /// <inheritdoc/>
    public (Tensor Target, Tensor Essence) Run(Tensor delta_ND)
    {
        using var scope = NewDisposeScope();
        var tokens = TokenBatch.Pad(_batch.Rows, padding: 0, _model.Device);
        var lookup_B1 = tensor(_batch.Lookup.Select(t => (long)t).ToArray(), _batch.Rows.Count, 1, device: _model.Device);
        var isLookup_BT1 = arange(tokens.Ids.shape[1], dtype: ScalarType.Int64, device: _model.Device).eq(lookup_B1).unsqueeze(2).to(float32);
        var delta_B1D = delta_ND.repeat_interleave(_batch.RowsEach, dim: 0).unsqueeze(1);
        using var trace = _model.Trace().Replace(_site, value => value + (isLookup_BT1 * delta_B1D));
        var attention = AttentionScope.Causal(tokens.Mask, (int)tokens.Ids.shape[1]);
        var hidden = _model.Decoder.Blocks(_model.Decoder.Embed(tokens.Ids, attention.Positions), attention);
        var target = _batch.PromptRows.SelectMany(row => Enumerable.Range(_batch.PromptLengths[row] - 1, _batch.Targets[row / _batch.RowsEach].Length).Select(place => (row, place)));
        var essence = Enumerable.Range(0, _batch.Requests).Select(request => ((request + 1) * _batch.RowsEach) - 1)
            .Select(row => (row, place: _essenceAtEnd ? _batch.PromptLengths[row] - 1 : _batch.Lookup[row]));
        return (At(hidden, target).MoveToOuterDisposeScope(), At(hidden, essence).MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public void Keep(IReadOnlyList<int> requests) => _batch = _batch.Only(requests);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private Tensor At(Tensor hidden, IEnumerable<(int Row, int Place)> places)
    {
        var logits = _model.Decoder.Unembed(hidden);
        var rows = tensor(places.Select(p => (long)p.Row).ToArray(), device: _model.Device);
        return logits.index(TensorIndex.Tensor(rows), TensorIndex.Tensor(tensor(places.Select(p => (long)p.Place).ToArray(), device: _model.Device)));
    }
}
