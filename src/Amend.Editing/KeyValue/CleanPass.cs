using Amend.Models;
using Amend.Models.Passes;
using Amend.Models.Shapes;
using Amend.Models.Taps;
using static TorchSharp.torch;

namespace Amend.Editing.KeyValue;

/// <summary>
/// What the unedited model computes up to the edited layer on a rewrite batch: keys and values at the lookup tokens, and the
/// residual stream from which passes with another value go on. Owns its tensors.
/// </summary>
internal sealed class CleanPass : IDisposable
{
    /// <summary>Takes ownership of what a pass computed.</summary>
    internal CleanPass(Tensor keys, Tensor values, Tensor hidden, Tensor mask, Tensor? factors = null)
    {
        Keys = keys.DetachFromDisposeScope();
        Factors = factors?.DetachFromDisposeScope();
        Values = values.DetachFromDisposeScope();
        Hidden = hidden.DetachFromDisposeScope();
        Mask = mask.DetachFromDisposeScope();
    }

    /// <summary>The key at each rewriting prompt's lookup token, <c>[N*R,F]</c>, float32.</summary>
    public Tensor Keys { get; }

    /// <summary>What each expert's output is multiplied with there, <c>[N*R,E]</c>, float32; null for a dense MLP.</summary>
    public Tensor? Factors { get; }

    /// <summary>
    /// The MLP's output at each rewriting prompt's lookup token, <c>[N*R,D]</c>, float32; row 0 is v0 of the first request.
    /// </summary>
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
        var map = model.Transformer.DownMap(layer);
        using var trace = model.Trace().Capture([.. map.Sites, Site.MlpOut(layer)]);
        var decoder = model.RequireDecoder("The reading of keys");
        var before = decoder.Blocks(decoder.Embed(tokens.Ids, attention.Positions), attention, 0, layer);
        var after = decoder.Blocks(before, attention, layer, layer + 1);
        int[] rows = [.. batch.PromptRows];
        return new CleanPass(
            AtLookup(map.Keys(trace), batch, rows),
            AtLookup(trace[Site.MlpOut(layer)], batch, rows),
            decoder.AddsMlpOutToStream ? after : before,
            tokens.Mask,
            map.IsMixture ? AtLookup(map.Factors(trace), batch, rows) : null);
    }

    /// <summary>
    /// What is rewritten at each request's lookup token in its bare prompt, <c>[N,D]</c>, float32, in the caller's dispose scope: the
    /// residual stream after the layer, or the MLP's output where a norm stands between it and the stream.
    /// </summary>
    public Tensor BareValues(LanguageModel model, RewriteBatch batch)
    {
        var bare = Enumerable.Range(0, batch.Requests);
        return model.RequireDecoder("The reading of keys").AddsMlpOutToStream
            ? AtLookup(Hidden, batch, [.. bare.Select(request => request * batch.RowsEach)])
            : Values.index_select(0, tensor(bare.Select(request => (long)request * batch.Prompts).ToArray(), device: Values.device));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Keys.Dispose();
        Factors?.Dispose();
        Values.Dispose();
        Hidden.Dispose();
        Mask.Dispose();
    }

    private static Tensor AtLookup(Tensor value, RewriteBatch batch, int[] rows)
    {
        using var scope = NewDisposeScope();
        var row_R = tensor(rows.Select(row => (long)row).ToArray(), device: value.device);
        var token_R = tensor(rows.Select(row => (long)batch.Lookup[row]).ToArray(), device: value.device);
        return value.index(TensorIndex.Tensor(row_R), TensorIndex.Tensor(token_R)).to(float32).MoveToOuterDisposeScope();
    }
}
