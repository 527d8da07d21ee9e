using Amend.Models;
using Amend.Models.Passes;
using static TorchSharp.torch;

namespace Amend.Editing.KeyValue;

/// <summary>
/// Rows of a rewrite batch from whose lookup token on equally many tokens are needed, so that none of them is padding: their residual
/// stream from there on, and the keys and values of the tokens before it. Owns its tensors.
/// </summary>
internal sealed class SuffixGroup : IDisposable
{
    private readonly KeyValueCache? _past;
    private readonly Tensor _positions_BS;
    private readonly Tensor _keyPositions_BS;
    private readonly Tensor _mask;

    private SuffixGroup(int[] rows, Tensor suffix_BSD, Tensor positions_BS, Tensor keyPositions_BS, Tensor mask, KeyValueCache? past)
    {
        Rows = rows;
        Suffix = suffix_BSD.DetachFromDisposeScope();
        _positions_BS = positions_BS.DetachFromDisposeScope();
        _keyPositions_BS = keyPositions_BS.DetachFromDisposeScope();
        _mask = mask.DetachFromDisposeScope();
        _past = past;
    }

    /// <summary>The rows, by their places in the batch.</summary>
    public int[] Rows { get; }

    /// <summary>The residual stream from each row's lookup token on, <c>[B,S,D]</c>.</summary>
    public Tensor Suffix { get; }

    /// <summary>What the passes over the group share; its tensors belong to the group.</summary>
    public AttentionScope Attention => AttentionScope.Given(_positions_BS, _mask, _past, _keyPositions_BS);

    /// <summary>Takes the rows' suffixes from a clean pass and computes the keys and values before them.</summary>
    /// <param name="model">The model.</param>
    /// <param name="batch">The sequences.</param>
    /// <param name="clean">Their clean pass.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="length">The tokens that each row has from its lookup token on, S.</param>
    /// <param name="firstLayer">The first block of the passes to come.</param>
    public static SuffixGroup Create(LanguageModel model, RewriteBatch batch, CleanPass clean, int[] rows, int length, int firstLayer)
    {
        using var scope = NewDisposeScope();
        var device = model.Device;
        var pastLength = rows.Max(row => batch.Lookup[row]);
        var row_B = tensor(rows.Select(row => (long)row).ToArray(), device: device);
        var hidden_BTD = clean.Hidden.index_select(0, row_B);
        var lookup_B1 = tensor(rows.Select(row => (long)batch.Lookup[row]).ToArray(), rows.Length, 1, device: device);
        var step_S = arange(length, dtype: ScalarType.Int64, device: device);
        var past_P = arange(pastLength, dtype: ScalarType.Int64, device: device);
        var positions_BS = lookup_B1 + step_S;
        var suffix_BSD = hidden_BTD.gather(1, positions_BS.unsqueeze(2).expand(-1, -1, hidden_BTD.shape[2]));
        var pastMask_BSP = (past_P < lookup_B1).unsqueeze(1).expand(-1, length, -1);
        var suffixMask_BSS = (step_S.unsqueeze(1) >= step_S).expand(rows.Length, -1, -1);
        Tensor UpToPast(Tensor value) => value.narrow(1, 0, pastLength);
        return new SuffixGroup(
            rows,
            suffix_BSD,
            positions_BS,
            cat([past_P.expand(rows.Length, -1), positions_BS], 1),
            cat([pastMask_BSP, suffixMask_BSS], 2).unsqueeze(1),
            pastLength == 0 ? null : Past(model, UpToPast(hidden_BTD), UpToPast(clean.Mask.index_select(0, row_B)), firstLayer));
    }

    /// <summary>A group of some of the rows.</summary>
    /// <param name="kept">Those that stay, by their places in <see cref="Rows"/>.</param>
    /// <param name="renamed">What each of them is called from now on.</param>
    public SuffixGroup Select(IReadOnlyList<int> kept, int[] renamed)
    {
        using var scope = NewDisposeScope();
        var row_B = tensor(kept.Select(row => (long)row).ToArray(), device: Suffix.device);
        return new SuffixGroup(
            renamed,
            Suffix.index_select(0, row_B),
            _positions_BS.index_select(0, row_B),
            _keyPositions_BS.index_select(0, row_B),
            _mask.index_select(0, row_B),
            _past?.Select(row_B));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _past?.Dispose();
        foreach (var owned in (Tensor[])[Suffix, _positions_BS, _keyPositions_BS, _mask])
            owned.Dispose();
    }

    private static KeyValueCache Past(LanguageModel model, Tensor hidden_BPD, Tensor mask_BP, int firstLayer)
    {
        using var scope = NewDisposeScope();
        var cache = new KeyValueCache();
        try
        {
            // Tokens right of a row's lookup token are computed too where another row's lies further right; the mask hides them.
            var attention = AttentionScope.Causal(mask_BP, (int)mask_BP.shape[1], cache);
            model.RequireDecoder("The search for values").Blocks(hidden_BPD, attention, firstLayer);
            return cache.Freeze();
        }
        catch
        {
            cache.Dispose();
            throw;
        }
    }
}
