using Amend.Models;
using Amend.Models.Layers;
using Amend.Models.Taps;
using static TorchSharp.torch;

namespace Amend.Editing.KeyValue;

/// <summary>
/// A rewrite pass that computes only what the added vectors can change: the layers above the edited one (and this one where a
/// norm stands between its MLP's output and the residual stream), from the lookup tokens on. Keys and values of earlier tokens
/// come from one clean run; logits are computed only where the loss reads them.
/// </summary>
internal sealed class SuffixPass : IRewritePass
{
    private readonly LanguageModel _model;
    private readonly int _layer;
    private readonly bool _essenceAtEnd;
    private RewriteBatch _batch;
    private KeyValueCache? _past;
    private Tensor _suffix_BSD;
    private Tensor _mask;
    private Tensor _positions_BS;
    private Tensor _keyPositions_BS;
    private Tensor _request_B;
    private Tensor _rows;
    private Tensor _places;

    /// <summary>Prepares the pass; the clean pass may be disposed afterwards.</summary>
    public SuffixPass(LanguageModel model, RewriteBatch batch, CleanPass clean, int layer, bool essenceAtEnd)
    {
        (_model, _batch, _layer, _essenceAtEnd) = (model, batch, layer, essenceAtEnd);
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var device = model.Device;
        var (rows, pastLength) = (batch.Rows.Count, batch.Lookup.Max());
        var suffixLength = Enumerable.Range(0, rows).Max(i => batch.Rows[i].Count - batch.Lookup[i]);
        var lookup_B1 = tensor(batch.Lookup.Select(t => (long)t).ToArray(), rows, 1, device: device);
        var length_B1 = tensor(batch.Rows.Select(r => (long)r.Count).ToArray(), rows, 1, device: device);
        var step_S = arange(suffixLength, dtype: ScalarType.Int64, device: device);
        _positions_BS = (lookup_B1 + step_S).minimum(length_B1 - 1);
        _suffix_BSD = clean.Hidden.gather(1, _positions_BS.unsqueeze(2).expand(-1, -1, clean.Hidden.shape[2]));
        var isReal_BS = (lookup_B1 + step_S) < length_B1;
        var suffixMask = (step_S.unsqueeze(1) >= step_S).logical_and(isReal_BS.unsqueeze(1)).logical_or(eye(suffixLength, dtype: ScalarType.Bool, device: device));
        var past_P = arange(pastLength, dtype: ScalarType.Int64, device: device);
        var pastMask = (past_P < lookup_B1).unsqueeze(1).expand(-1, suffixLength, -1);
        _mask = cat([pastMask, suffixMask], 2).unsqueeze(1);
        _keyPositions_BS = cat([past_P.expand(rows, -1), _positions_BS], 1);
        (_request_B, _rows, _places) = Index();
        _past = pastLength == 0 ? null : Past(clean, pastLength);
        foreach (var kept in Owned)
            kept.DetachFromDisposeScope();
    }

    private Tensor[] Owned => [_suffix_BSD, _mask, _positions_BS, _keyPositions_BS, _request_B, _rows, _places];

    private bool StartsAbove => _model.Decoder.AddsMlpOutToStream;

    private int FirstLayer => StartsAbove ? _layer + 1 : _layer;

    /// <inheritdoc/>
    public (Tensor Target, Tensor Essence) Run(Tensor delta_ND)
    {
        using var scope = NewDisposeScope();
        using var atMlp = StartsAbove ? null : _model.Trace().Replace(Site.MlpOut(_layer), value => WithVectors(value, delta_ND));
        var start_BSD = StartsAbove ? WithVectors(_suffix_BSD, delta_ND) : _suffix_BSD;
        var hidden = _model.Decoder.Blocks(start_BSD, AttentionScope.Given(_positions_BS, _mask, _past, _keyPositions_BS), FirstLayer);
        var logits = _model.Decoder.Unembed(hidden.index(TensorIndex.Tensor(_rows), TensorIndex.Tensor(_places))).to(float32);
        var targetPlaces = _rows.shape[0] - _batch.Requests;
        return (logits.narrow(0, 0, targetPlaces).MoveToOuterDisposeScope(), logits.narrow(0, targetPlaces, _batch.Requests).MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public void Keep(IReadOnlyList<int> requests)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var (old, oldPast) = (Owned, _past);
        var rows = tensor(_batch.RowsOf(requests).Select(row => (long)row).ToArray(), device: _model.Device);
        _batch = _batch.Only(requests);
        (_suffix_BSD, _mask) = (_suffix_BSD.index_select(0, rows), _mask.index_select(0, rows));
        (_positions_BS, _keyPositions_BS) = (_positions_BS.index_select(0, rows), _keyPositions_BS.index_select(0, rows));
        (_request_B, _rows, _places) = Index();
        _past = _past?.Select(rows);
        foreach (var kept in Owned)
            kept.DetachFromDisposeScope();
        oldPast?.Dispose();
        foreach (var gone in old)
            gone.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _past?.Dispose();
        foreach (var kept in Owned)
            kept.Dispose();
    }

    /// <summary>The values with each request's vector added at its rows' lookup tokens, which are the first.</summary>
    private Tensor WithVectors(Tensor value_BSD, Tensor delta_ND)
    {
        var delta_B1D = delta_ND.index_select(0, _request_B).unsqueeze(1).to(value_BSD.dtype);
        return cat([value_BSD.narrow(1, 0, 1) + delta_B1D, value_BSD.narrow(1, 1, value_BSD.shape[1] - 1)], 1);
    }

    private KeyValueCache Past(CleanPass clean, int length)
    {
        using var scope = NewDisposeScope();
        var cache = new KeyValueCache();
        // Tokens right of a row's lookup token are computed too where another row's lies further right; the mask hides them.
        var attention = AttentionScope.Causal(clean.Mask.narrow(1, 0, length), length, cache);
        try
        {
            _model.Decoder.Blocks(clean.Hidden.narrow(1, 0, length), attention, FirstLayer);
            return cache.Freeze();
        }
        catch
        {
            cache.Dispose();
            throw;
        }
    }

    /// <summary>The request of each row, and the rows and places, counted from the lookup token, at which logits are read.</summary>
    private (Tensor Requests, Tensor Rows, Tensor Places) Index()
    {
        var read = new List<(long Row, long Place)>();
        foreach (var row in _batch.PromptRows)
        {
            for (var t = 0; t < _batch.Targets[row / _batch.RowsEach].Length; t++)
                read.Add((row, _batch.PromptLengths[row] - 1 + t - _batch.Lookup[row]));
        }

        for (var row = _batch.Prompts; row < _batch.Rows.Count; row += _batch.RowsEach)
            read.Add((row, _essenceAtEnd ? _batch.PromptLengths[row] - 1 - _batch.Lookup[row] : 0));
        return (
            tensor(Enumerable.Range(0, _batch.Rows.Count).Select(row => (long)(row / _batch.RowsEach)).ToArray(), device: _model.Device),
            tensor(read.Select(place => place.Row).ToArray(), device: _model.Device),
            tensor(read.Select(place => place.Place).ToArray(), device: _model.Device));
    }
}
