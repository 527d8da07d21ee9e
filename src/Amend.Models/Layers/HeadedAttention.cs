using Amend.Models.Passes;
using static TorchSharp.torch;

namespace Amend.Models.Layers;

/// <summary>Attention over heads: projections, rotary positions where the layer has them, scores, output projection.</summary>
/// <param name="Source">What makes queries, keys and values.</param>
/// <param name="Rotary">How queries and keys are turned; null where they carry no position.</param>
/// <param name="Form">Where it departs from plain attention.</param>
/// <param name="Out">Back to the stream, <c>[D,H*K]</c>.</param>
internal sealed record HeadedAttention(IHeadSource Source, Rotary? Rotary, AttentionForm Form, Linear Out) : IAttention
{
    /// <inheritdoc/>
    public Tensor Apply(int layer, Tensor value, AttentionScope scope)
    {
        var (query, key, values) = Source.Apply(value);
        if (Rotary is not null)
            (query, key) = Rotary.Turn(query, key, scope);
        var attended = MultiHeadAttention.Attend(layer, query, key, values, scope, Form);
        return Out.Apply(scope.OfRead(layer, MultiHeadAttention.JoinHeads(attended)));
    }
}
