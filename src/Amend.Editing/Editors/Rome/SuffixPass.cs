using Amend.Models;
using Amend.Models.Layers;
using Amend.Models.Taps;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Rome;

/// <summary>
/// A rewrite pass that computes only what the added vector can change: the layers above the edited one (and this one where a
/// norm stands between its MLP's output and the residual stream), from the lookup token on. Keys and values of earlier tokens
/// come from one clean run; logits are computed only where the loss reads them.
/// </summary>
internal sealed class SuffixPass : IRewritePass
{
    private readonly LanguageModel _model;
    private readonly int _layer;
    private readonly KeyValueCache? _past;
    private readonly Tensor _suffix_BSD;
    private readonly Tensor _mask;
    private readonly Tensor _positions_BS;
    private readonly Tensor _keyPositions_BS;
    private readonly Tensor _rows;
    private readonly Tensor _places;
    private readonly int _targetPlaces;

    /// <summary>Prepares the pass; the clean pass may be disposed afterwards.</summary>
    public SuffixPass(LanguageModel model, RewriteBatch batch, CleanPass clean, int layer, bool essenceAtEnd)
    {
        _model = model;
        _layer = layer;
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
        (_rows, _places, _targetPlaces) = ReadPlaces(batch, essenceAtEnd);
        _past = pastLength == 0 ? null : Past(clean, pastLength);
        foreach (var kept in Owned)
            kept.DetachFromDisposeScope();
    }

    private Tensor[] Owned => [_suffix_BSD, _mask, _positions_BS, _keyPositions_BS, _rows, _places];

    private bool StartsAbove => _model.Decoder.AddsMlpOutToStream;

    private int FirstLayer => StartsAbove ? _layer + 1 : _layer;

    /// <inheritdoc/>
    public (Tensor Target, Tensor Essence) Run(Tensor delta)
    {
        using var scope = NewDisposeScope();
        using var atMlp = StartsAbove ? null : _model.Trace().Replace(Site.MlpOut(_layer), value => WithVector(value, delta));
        var start_BSD = StartsAbove ? WithVector(_suffix_BSD, delta) : _suffix_BSD;
        var hidden = _model.Decoder.Blocks(start_BSD, AttentionScope.Given(_positions_BS, _mask, _past, _keyPositions_BS), FirstLayer);
        var logits = _model.Decoder.Unembed(hidden.index(TensorIndex.Tensor(_rows), TensorIndex.Tensor(_places))).to(float32);
        return (logits.narrow(0, 0, _targetPlaces).MoveToOuterDisposeScope(), logits.narrow(0, _targetPlaces, 1).MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _past?.Dispose();
        foreach (var kept in Owned)
            kept.Dispose();
    }

    /// <summary>The values with the vector added at the lookup token, which is the first.</summary>
    private static Tensor WithVector(Tensor value_BSD, Tensor delta) =>
        cat([value_BSD.narrow(1, 0, 1) + delta.to(value_BSD.dtype), value_BSD.narrow(1, 1, value_BSD.shape[1] - 1)], 1);

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

    private (Tensor Rows, Tensor Places, int TargetPlaces) ReadPlaces(RewriteBatch batch, bool essenceAtEnd)
    {
        var (rows, places) = (new List<long>(), new List<long>());
        for (var row = 0; row < batch.Prompts; row++)
        {
            for (var t = 0; t < batch.Target.Length; t++)
            {
                rows.Add(row);
                places.Add(batch.PromptLengths[row] - 1 + t - batch.Lookup[row]);
            }
        }

        rows.Add(batch.Prompts);
        places.Add(essenceAtEnd ? batch.PromptLengths[^1] - 1 - batch.Lookup[^1] : 0);
        return (tensor(rows, device: _model.Device), tensor(places, device: _model.Device), rows.Count - 1);
    }
}
