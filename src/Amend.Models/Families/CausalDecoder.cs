using Amend.Models.Passes;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Families;

/// <summary>
/// A model whose tokens see the earlier ones and that says which comes next: one stack and a head. All tensors that its members
/// return belong to the caller's dispose scope.
/// </summary>
public sealed class CausalDecoder : TransformerModel
{
    private readonly BlockStack _stack;
    private readonly Func<Tensor, Tensor> _head;

    /// <summary>Creates the model over its weights, which it then owns.</summary>
    /// <param name="architecture">What <c>config.json</c> calls it.</param>
    /// <param name="weights">All parameters.</param>
    /// <param name="stack">Embedding, blocks and final norm over those weights.</param>
    /// <param name="head">From the stack's output, behind its final norm, to logits.</param>
    public CausalDecoder(string architecture, WeightTable weights, BlockStack stack, Func<Tensor, Tensor> head)
        : base(architecture, weights, stack)
    {
        _stack = stack;
        _head = head;
    }

    /// <inheritdoc/>
    public override ModelKinds Kind => ModelKinds.CausalDecoder;

    /// <inheritdoc cref="BlockStack.AddsMlpOutToStream"/>
    public bool AddsMlpOutToStream => _stack.AddsMlpOutToStream;

    /// <summary>Token and position embeddings, the first residual stream.</summary>
    /// <param name="ids">Token ids, <c>[B,T]</c>, int64.</param>
    /// <param name="positions">Positions, <c>[B,T]</c> or <c>[1,T]</c>, int64.</param>
    /// <returns><c>[B,T,D]</c>, in the caller's dispose scope.</returns>
    public Tensor Embed(Tensor ids, Tensor positions) => _stack.Embed(ids, positions);

    /// <summary>The residual stream after block <paramref name="endLayer"/> - 1, before the final norm.</summary>
    /// <param name="hidden">The residual stream before block <paramref name="startLayer"/>, <c>[B,T,D]</c>.</param>
    /// <param name="scope">Positions, mask and cache of the pass.</param>
    /// <param name="startLayer">The first block to run.</param>
    /// <param name="endLayer">The block to stop before; the model's end when null.</param>
    /// <exception cref="Tensors.AmendException">Adaptors are in force, and the scope does not say where prompts end.</exception>
    /// <returns><c>[B,T,D]</c>, in the caller's dispose scope; <paramref name="hidden"/> itself where no block is run.</returns>
    public Tensor Blocks(Tensor hidden, AttentionScope scope, int startLayer = 0, int? endLayer = null) =>
        _stack.Blocks(hidden, scope, memory: null, startLayer, endLayer);

    /// <summary>Runs the blocks below one once, see <see cref="BlockStack.Below"/>.</summary>
    /// <param name="layer">The first block that is not run.</param>
    /// <param name="ids">Token ids, <c>[B,T]</c>, int64.</param>
    /// <param name="scope">Positions and mask of the pass.</param>
    /// <returns>Where passes over the same tokens go on; the caller disposes.</returns>
    public PassStart Below(int layer, Tensor ids, AttentionScope scope) => _stack.Below(layer, ids, scope);

    /// <summary>Final norm and unembedding.</summary>
    /// <param name="hidden">The last block's output, <c>[..,D]</c>.</param>
    /// <returns>Logits, <c>[..,V]</c>, in the caller's dispose scope.</returns>
    public Tensor Unembed(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        return _head(_stack.Finish(hidden)).MoveToOuterDisposeScope();
    }
}
