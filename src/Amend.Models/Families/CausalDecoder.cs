using Amend.Models.Layers;
using Amend.Models.Shapes;
using Amend.Models.Taps;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Families;

/// <summary>
/// A causal decoder as editors and tools see it: embedding, blocks one by one, head, and the weights that edits touch. A pass
/// may start at any block from a given residual stream, so that what cannot change is never computed twice.
/// </summary>
public abstract class CausalDecoder : TransformerModel
{
    /// <summary>Creates the decoder over its weights, which it then owns.</summary>
    protected CausalDecoder(ModelShape shape, WeightTable weights)
        : base(shape, weights)
    {
    }

    /// <inheritdoc/>
    public sealed override IReadOnlyList<Stack> Stacks => [Stack.Decoder];

    /// <summary>
    /// Whether a block's output is its MLP's output added to the rest of the stream, so that a vector added to the one is
    /// added to the other; false where a norm stands between them.
    /// </summary>
    public virtual bool AddsMlpOutToStream => true;

    /// <summary>Token and position embeddings, the first residual stream.</summary>
    /// <param name="ids">Token ids, <c>[B,T]</c>, int64.</param>
    /// <param name="positions">Positions, <c>[B,T]</c> or <c>[1,T]</c>, int64.</param>
    /// <returns><c>[B,T,D]</c>.</returns>
    public abstract Tensor Embed(Tensor ids, Tensor positions);

    /// <summary>One block.</summary>
    /// <param name="layer">The block, from 0.</param>
    /// <param name="hidden">The residual stream before it, <c>[B,T,D]</c>.</param>
    /// <param name="scope">Positions, mask and cache of the pass.</param>
    /// <returns>The residual stream after it, <c>[B,T,D]</c>.</returns>
    public abstract Tensor Block(int layer, Tensor hidden, AttentionScope scope);

    /// <summary>Final norm and unembedding.</summary>
    /// <param name="hidden">The last block's output, <c>[..,D]</c>.</param>
    /// <returns>Logits, <c>[..,V]</c>.</returns>
    public abstract Tensor Unembed(Tensor hidden);

    /// <summary>The MLP's down projection of a block, <c>[D,F]</c>: the matrix that ROME edits.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The model has no such layer.</exception>
    public ModelWeight DownProjection(int layer) => DownProjection(Stack.Decoder, layer);

    /// <summary>The residual stream after block <paramref name="endLayer"/> - 1.</summary>
    /// <param name="hidden">The residual stream before block <paramref name="startLayer"/>, <c>[B,T,D]</c>.</param>
    /// <param name="scope">Positions, mask and cache of the pass.</param>
    /// <param name="startLayer">The first block to run.</param>
    /// <param name="endLayer">The block to stop before; the model's end when null.</param>
    public Tensor Blocks(Tensor hidden, AttentionScope scope, int startLayer = 0, int? endLayer = null)
    {
        for (var layer = startLayer; layer < (endLayer ?? Shape.Layers); layer++)
        {
            using var inner = NewDisposeScope();
            hidden = Block(layer, hidden, scope).MoveToOuterDisposeScope();
        }

        return hidden;
    }

    /// <summary>The name of the MLP's down projection of a block in the family's checkpoints.</summary>
    protected abstract string DownProjectionName(int layer);

    /// <inheritdoc/>
    protected sealed override string DownProjectionName(Stack stack, int layer) => DownProjectionName(layer);

    /// <summary>The MLP's down projection, with the taps on its two sides.</summary>
    /// <param name="layer">The block.</param>
    /// <param name="down">The projection.</param>
    /// <param name="key">Its input, <c>[B,T,F]</c>.</param>
    /// <returns>The MLP's output, <c>[B,T,D]</c>.</returns>
    protected Tensor MlpOut(int layer, Linear down, Tensor key) => Taps.At(Site.MlpOut(layer), down.Of(Taps.At(Site.MlpKey(layer), key)));
}
