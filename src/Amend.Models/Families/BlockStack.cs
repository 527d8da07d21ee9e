using Amend.Models.Layers;
using Amend.Models.Shapes;
using Amend.Models.Taps;
using static TorchSharp.torch;

namespace Amend.Models.Families;

/// <summary>
/// Embedding and blocks of an encoder, or of a decoder that attends to one. A pass may start at any block from a given residual
/// stream.
/// </summary>
public abstract class BlockStack
{
    /// <summary>Creates the stack.</summary>
    /// <param name="stack">Which of a model's stacks it is.</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="taps">The model's taps.</param>
    protected BlockStack(Stack stack, ModelShape shape, TapSet taps)
    {
        Stack = stack;
        Shape = shape;
        Taps = taps;
    }

    /// <summary>Which of a model's stacks it is.</summary>
    public Stack Stack { get; }

    /// <summary>The sizes.</summary>
    public ModelShape Shape { get; }

    /// <summary>The model's taps.</summary>
    public TapSet Taps { get; }

    /// <summary>The first residual stream.</summary>
    /// <param name="ids">Token ids, <c>[B,T]</c>, int64.</param>
    /// <param name="positions">Positions, <c>[B,T]</c> or <c>[1,T]</c>, int64.</param>
    /// <param name="tokenTypes">Segments, <c>[B,T]</c>, int64; all the first when null.</param>
    /// <returns><c>[B,T,D]</c>.</returns>
    public abstract Tensor Embed(Tensor ids, Tensor positions, Tensor? tokenTypes = null);

    /// <summary>One block.</summary>
    /// <param name="layer">The block, from 0.</param>
    /// <param name="hidden">The residual stream before it, <c>[B,T,D]</c>.</param>
    /// <param name="scope">Positions, mask and cache of the pass.</param>
    /// <param name="memory">The encoder's states, for a decoder.</param>
    /// <returns>The residual stream after it, <c>[B,T,D]</c>.</returns>
    public abstract Tensor Block(int layer, Tensor hidden, AttentionScope scope, EncoderMemory? memory = null);

    /// <summary>The final norm, where the family has one.</summary>
    /// <param name="hidden">The last block's output, <c>[..,D]</c>.</param>
    /// <returns><c>[..,D]</c>.</returns>
    public virtual Tensor Finish(Tensor hidden) => hidden;

    /// <summary>The name of the MLP's down projection of a block in the family's checkpoints.</summary>
    public abstract string DownProjectionName(int layer);

    /// <summary>The residual stream after block <paramref name="endLayer"/> - 1, before the final norm.</summary>
    /// <param name="hidden">The residual stream before block <paramref name="startLayer"/>, <c>[B,T,D]</c>.</param>
    /// <param name="scope">Positions, mask and cache of the pass.</param>
    /// <param name="memory">The encoder's states, for a decoder.</param>
    /// <param name="startLayer">The first block to run.</param>
    /// <param name="endLayer">The block to stop before; the stack's end when null.</param>
    public Tensor Blocks(Tensor hidden, AttentionScope scope, EncoderMemory? memory = null, int startLayer = 0, int? endLayer = null)
    {
        for (var layer = startLayer; layer < (endLayer ?? Shape.Layers); layer++)
        {
            using var inner = NewDisposeScope();
            hidden = Block(layer, hidden, scope, memory).MoveToOuterDisposeScope();
        }

        return hidden;
    }

    /// <summary>A whole pass: embedding, blocks, final norm.</summary>
    /// <param name="ids">Token ids, <c>[B,T]</c>, int64.</param>
    /// <param name="scope">Positions, mask and cache of the pass.</param>
    /// <param name="memory">The encoder's states, for a decoder.</param>
    /// <param name="tokenTypes">Segments, <c>[B,T]</c>, int64; all the first when null.</param>
    /// <returns><c>[B,T,D]</c>, in the caller's dispose scope.</returns>
    public Tensor Run(Tensor ids, AttentionScope scope, EncoderMemory? memory = null, Tensor? tokenTypes = null)
    {
        using var inner = NewDisposeScope();
        return Finish(Blocks(Embed(ids, scope.Positions, tokenTypes), scope, memory)).MoveToOuterDisposeScope();
    }

    /// <summary>Passes a value through a site of this stack.</summary>
    protected Tensor At(Site site, Tensor value) => Taps.At(site.In(Stack), value);

    /// <summary>The MLP's down projection, with the taps on its two sides.</summary>
    /// <param name="layer">The block.</param>
    /// <param name="down">The projection.</param>
    /// <param name="key">Its input, <c>[B,T,F]</c>.</param>
    /// <returns>The MLP's output, <c>[B,T,D]</c>.</returns>
    protected Tensor MlpOut(int layer, Linear down, Tensor key) => At(Site.MlpOut(layer), down.Of(At(Site.MlpKey(layer), key)));
}
