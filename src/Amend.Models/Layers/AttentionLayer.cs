using Amend.Models.Passes;
using static TorchSharp.torch;

namespace Amend.Models.Layers;

/// <summary>An attention with a projection each for queries, keys, values and its output.</summary>
/// <param name="Query">To queries, <c>[H*K,D]</c>.</param>
/// <param name="Key">To keys, <c>[H*K,D]</c>.</param>
/// <param name="Value">To values, <c>[H*K,D]</c>.</param>
/// <param name="Out">Back to the stream, <c>[D,H*K]</c>.</param>
/// <param name="Heads">The number of heads, H.</param>
/// <param name="Form">Where it departs from plain attention.</param>
public sealed record AttentionLayer(Linear Query, Linear Key, Linear Value, Linear Out, int Heads, AttentionForm Form)
    : IAttention
{
    /// <inheritdoc/>
    public Tensor Apply(int layer, Tensor value, AttentionScope scope) =>
        Output(layer, value, Split(Key, value), Split(Value, value), scope);

    /// <summary>Attention of a decoder's tokens to the encoder's states.</summary>
    /// <param name="layer">The decoder's block.</param>
    /// <param name="value">The decoder's states, <c>[B,T,D]</c>.</param>
    /// <param name="memory">The encoder's states, <c>[B,S,D]</c>.</param>
    /// <returns><c>[B,T,D]</c>, in the caller's dispose scope.</returns>
    public Tensor Across(int layer, Tensor value, EncoderMemory memory)
    {
        var (keys, values) = memory.Projected(layer, Project);
        return Output(layer, value, keys, values, memory.Scope);

        // What is projected here are the encoder's tokens, not those of the pass.
        (Tensor Keys, Tensor Values) Project(Tensor states)
        {
            using var entered = Key.Taps.Enter(memory.Scope);
            return (Split(Key, states), Split(Value, states));
        }
    }

    private Tensor Output(int layer, Tensor value, Tensor keys, Tensor values, AttentionScope scope) =>
        Out.Apply(MultiHeadAttention.JoinHeads(MultiHeadAttention.Attend(layer, Split(Query, value), keys, values, scope, Form)));

    private Tensor Split(Linear projection, Tensor value) => MultiHeadAttention.SplitHeads(projection.Apply(value), Heads);
}
