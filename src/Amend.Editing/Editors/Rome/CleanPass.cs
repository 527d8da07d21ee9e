using Amend.Models;
using Amend.Models.Layers;
using Amend.Models.Taps;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Rome;

/// <summary>
/// What the unedited model computes up to the edited layer on a rewrite batch: keys and values at the lookup tokens, and the
/// residual stream from which passes with another value go on. Owns its tensors.
/// </summary>
internal sealed class CleanPass : IDisposable
{
    /// <summary>Takes ownership of what a pass computed.</summary>
    internal CleanPass(Tensor keys, Tensor values, Tensor hidden, Tensor mask)
    {
        Keys = keys.DetachFromDisposeScope();
        Values = values.DetachFromDisposeScope();
        Hidden = hidden.DetachFromDisposeScope();
        Mask = mask.DetachFromDisposeScope();
    }

    /// <summary>The key at each rewriting prompt's lookup token, <c>[N,F]</c>, float32.</summary>
    public Tensor Keys { get; }

    /// <summary>The MLP's output at each rewriting prompt's lookup token, <c>[N,D]</c>, float32; row 0 is v0.</summary>
    public Tensor Values { get; }

    /// <summary>
    /// The residual stream, <c>[B,T,D]</c>: after the edited layer, or before it where a norm stands between the MLP's output
    /// and the stream (<see cref="Models.Families.CausalDecoder.AddsMlpOutToStream"/>).
    /// </summary>
    public Tensor Hidden { get; }

    /// <summary>True at real tokens, <c>[B,T]</c>.</summary>
    public Tensor Mask { get; }

    /// <summary>Runs the blocks up to the layer once.</summary>
    public static CleanPass Run(LanguageModel model, RewriteBatch batch, int layer)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var tokens = TokenBatch.Pad(batch.Rows, padding: 0, model.Device);
        var attention = AttentionScope.Causal(tokens.Mask, (int)tokens.Ids.shape[1]);
        using var trace = model.Trace().Capture(Site.MlpKey(layer), Site.MlpOut(layer));
        var before = model.Decoder.Blocks(model.Decoder.Embed(tokens.Ids, attention.Positions), attention, 0, layer);
        var after = model.Decoder.Blocks(before, attention, layer, layer + 1);
        var rows = arange(batch.Prompts, dtype: ScalarType.Int64, device: model.Device);
        var lookup = tensor(batch.Lookup.Take(batch.Prompts).Select(t => (long)t).ToArray(), device: model.Device);
        Tensor AtLookup(Site site) => trace[site].index(TensorIndex.Tensor(rows), TensorIndex.Tensor(lookup)).to(float32);
        return new CleanPass(AtLookup(Site.MlpKey(layer)), AtLookup(Site.MlpOut(layer)), model.Decoder.AddsMlpOutToStream ? after : before, tokens.Mask);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Keys.Dispose();
        Values.Dispose();
        Hidden.Dispose();
        Mask.Dispose();
    }
}
