using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Passes;
using Amend.Models.Taps;
using static TorchSharp.torch;

namespace Amend.Editing.KeyValue;

/// <summary>
/// A rewrite pass that computes only what the added vectors can change: the layers above the edited one (and this one where a
/// norm stands between its MLP's output and the residual stream), from the lookup tokens on, as far as the loss reads. Keys and
/// values of earlier tokens come from one clean run; all rows are one pass without padding, and what is behind the last block's
/// attention is computed only where the loss reads it, as logits are.
/// </summary>
internal sealed class SuffixPass : IRewritePass
{
    private readonly LanguageModel _model;
    private readonly int _layer;
    private readonly bool _essenceAtEnd;
    private RewriteBatch _batch;
    private SuffixGroup[] _groups;
    private readonly CausalDecoder _decoder;
    private ReadPlaces _reads;

    /// <summary>Prepares the pass; the clean pass may be disposed afterwards.</summary>
    public SuffixPass(LanguageModel model, RewriteBatch batch, CleanPass clean, int layer, bool essenceAtEnd)
    {
        (_model, _decoder, _batch) = (model, model.RequireDecoder("The search for values"), batch);
        (_layer, _essenceAtEnd) = (layer, essenceAtEnd);
        using var none = no_grad();
        _groups =
        [
            .. Enumerable.Range(0, batch.Rows.Count)
                .GroupBy(row => ReadPlaces.LastOf(batch, row, essenceAtEnd) + 1)
                .OrderBy(rows => rows.Key)
                .Select(rows => SuffixGroup.Create(model, batch, clean, [.. rows], rows.Key, FirstLayer)),
        ];
        _reads = ReadPlaces.Find(batch, _groups, essenceAtEnd, model.Device);
    }

    private bool StartsAbove => _decoder.AddsMlpOutToStream;

    private int FirstLayer => StartsAbove ? _layer + 1 : _layer;

    /// <summary>Whether the last block may leave out the other tokens: not where it is the one that the vectors are added in.</summary>
    private bool ReadsInLastBlock => _layer < _model.Shape.Layers - 1 && !_model.Transformer.Taps.HasAdaptors;

    /// <inheritdoc/>
    public (Tensor Target, Tensor Essence) Run(Tensor delta_ND)
    {
        using var scope = NewDisposeScope();
        var logits = _decoder.Unembed(Read(delta_ND.index_select(0, _reads.Requests))).to(float32);
        var targetPlaces = _reads.Read.shape[0] - _batch.Requests;
        var (target, essence) = (logits.narrow(0, 0, targetPlaces), logits.narrow(0, targetPlaces, _batch.Requests));
        return (target.MoveToOuterDisposeScope(), essence.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public void Keep(IReadOnlyList<int> requests)
    {
        using var none = no_grad();
        var (old, oldReads) = (_groups, _reads);
        var renamed = _batch.RowsOf(requests).Index().ToDictionary(row => row.Item, row => row.Index);
        _batch = _batch.Only(requests);
        _groups = [.. old.Select(group => Kept(group, renamed)).OfType<SuffixGroup>()];
        _reads = ReadPlaces.Find(_batch, _groups, _essenceAtEnd, _model.Device);
        oldReads.Dispose();
        foreach (var group in old.Except(_groups))
            group.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reads.Dispose();
        foreach (var group in _groups)
            group.Dispose();
    }

    /// <summary>What is left of a group, or null.</summary>
    private static SuffixGroup? Kept(SuffixGroup group, Dictionary<int, int> renamed)
    {
        int[] kept = [.. Enumerable.Range(0, group.Rows.Length).Where(i => renamed.ContainsKey(group.Rows[i]))];
        return kept.Length == 0 ? null : group.Select(kept, [.. kept.Select(i => renamed[group.Rows[i]])]);
    }

    /// <summary>The last residual stream where the loss reads it, <c>[R,D]</c>.</summary>
    /// <param name="delta_BD">What each row gets at its lookup token.</param>
    private Tensor Read(Tensor delta_BD)
    {
        using var scope = NewDisposeScope();
        using var atMlp = StartsAbove ? null : _model.Trace().Replace(Site.MlpOut(_layer), WithVectors);
        var suffix_1XD = cat([.. _groups.Select(group => group.Suffix.flatten(0, 1))], 0).unsqueeze(0);
        var attention = AttentionScope.Joined([.. _groups.Select(group => group.Attention)]);
        if (ReadsInLastBlock)
            attention = attention.ReadAt(_model.Shape.Layers - 1, _reads.Read);
        var hidden_1XD = _decoder.Blocks(StartsAbove ? WithVectors(suffix_1XD) : suffix_1XD, attention, FirstLayer).squeeze(0);
        return (ReadsInLastBlock ? hidden_1XD : hidden_1XD.index_select(0, _reads.Read)).MoveToOuterDisposeScope();

        Tensor WithVectors(Tensor value_1XD) => value_1XD.index_add(1, _reads.Lookups, delta_BD.unsqueeze(0).to(value_1XD.dtype), 1);
    }
}
