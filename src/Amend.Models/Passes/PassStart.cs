using Amend.Models.Taps;
using static TorchSharp.torch;

namespace Amend.Models.Passes;

/// <summary>
/// Where passes over the same tokens go on instead of beginning at the embedding, because what is below cannot change: the residual
/// stream before a block, and where the block is a decoder's that attends to an encoder, the encoder's states. Owns its tensors.
/// </summary>
public sealed class PassStart : IDisposable
{
    /// <summary>Takes ownership of what a pass computed.</summary>
    /// <param name="stack">The stack of the block.</param>
    /// <param name="layer">The first block that is still to be run.</param>
    /// <param name="hidden">The residual stream before it, <c>[B,T,D]</c>.</param>
    /// <param name="encoded">The encoder's output, <c>[B,S,D]</c>, where the stack attends to one.</param>
    internal PassStart(Stack stack, int layer, Tensor hidden, Tensor? encoded = null)
    {
        (Stack, Layer) = (stack, layer);
        Hidden = hidden.detach().alias().DetachFromDisposeScope();
        Encoded = encoded?.detach().alias().DetachFromDisposeScope();
    }

    /// <summary>The stack of the block.</summary>
    public Stack Stack { get; }

    /// <summary>The first block that is still to be run.</summary>
    public int Layer { get; }

    /// <summary>The residual stream before it, <c>[B,T,D]</c>; it belongs to this.</summary>
    public Tensor Hidden { get; }

    /// <summary>The encoder's output, <c>[B,S,D]</c>, for a decoder that attends to it; it belongs to this.</summary>
    public Tensor? Encoded { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Hidden.Dispose();
        Encoded?.Dispose();
    }
}
