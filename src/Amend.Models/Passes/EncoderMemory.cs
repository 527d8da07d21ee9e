using static TorchSharp.torch;

namespace Amend.Models.Passes;

/// <summary>
/// What a decoder's blocks attend to across: the encoder's states and which of them are real. While text is generated it keeps
/// each layer's keys and values, so that they are computed once.
/// </summary>
public sealed class EncoderMemory : IDisposable
{
    private readonly Dictionary<int, (Tensor Keys, Tensor Values)>? _kept;

    /// <summary>Creates the memory over tensors of the caller's dispose scope.</summary>
    /// <param name="states">The encoder's output, <c>[B,S,D]</c>.</param>
    /// <param name="mask">True at real tokens, bool <c>[B,S]</c>.</param>
    /// <param name="keep">Whether keys and values are kept, outside the graph of gradients.</param>
    public EncoderMemory(Tensor states, Tensor mask, bool keep = false)
    {
        States = states;
        Scope = AttentionScope.Bidirectional(mask);
        _kept = keep ? [] : null;
    }

    /// <summary>The encoder's output, <c>[B,S,D]</c>, of the dispose scope in which the memory was made.</summary>
    public Tensor States { get; }

    /// <summary>Which states are real, for the attention.</summary>
    public AttentionScope Scope { get; }

    /// <summary>A layer's keys and values.</summary>
    /// <param name="layer">The decoder's block.</param>
    /// <param name="project">Computes them from the states, <c>[B,H,S,K]</c> each.</param>
    /// <returns>Both, in the caller's dispose scope or owned by the memory.</returns>
    public (Tensor Keys, Tensor Values) Projected(int layer, Func<Tensor, (Tensor Keys, Tensor Values)> project)
    {
        if (_kept is null)
            return project(States);
        if (!_kept.TryGetValue(layer, out var found))
        {
            var (keys, values) = project(States);
            _kept[layer] = found = (keys.detach().alias().DetachFromDisposeScope(), values.detach().alias().DetachFromDisposeScope());
        }

        return found;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (keys, values) in _kept?.Values ?? Enumerable.Empty<(Tensor Keys, Tensor Values)>())
        {
            keys.Dispose();
            values.Dispose();
        }

        _kept?.Clear();
    }
}
