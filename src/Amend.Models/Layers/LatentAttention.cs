using Amend.Models.Passes;
using static TorchSharp.torch;

namespace Amend.Models.Layers;

/// <summary>
/// Multi-head latent attention (DeepSeek-AI 2024, section 2.1): keys and values of all heads are made of one narrow vector a token, and
/// positions are carried by a part of each query and one key for all heads.
/// </summary>
/// <param name="Query">What makes queries of a token's state.</param>
/// <param name="Latent">The narrow vector and the key that carries positions, <c>[C+R,D]</c>.</param>
/// <param name="LatentNorm">What norms the narrow vector.</param>
/// <param name="KeyValue">From the narrow vector to each head's key without positions and its value, <c>[H*(N+V),C]</c>.</param>
/// <param name="Out">Back to the stream, <c>[D,H*V]</c>.</param>
internal sealed record LatentAttention(LatentQuery Query, Linear Latent, INorm LatentNorm, Linear KeyValue, Linear Out) : IAttention
{
    /// <summary>The number of heads, H.</summary>
    public required int Heads { get; init; }

    /// <summary>The width of queries and keys without positions, N.</summary>
    public required int PlainWidth { get; init; }

    /// <summary>How queries and keys with positions are turned; R values of each.</summary>
    public required Rotary Rotary { get; init; }

    /// <summary>The scale of scores.</summary>
    public required AttentionForm Form { get; init; }

    private int TurnedWidth => 2 * Rotary.Frequencies.Count;

    /// <inheritdoc/>
    public Tensor Apply(int layer, Tensor value, AttentionScope scope)
    {
        var queries = Parts(MultiHeadAttention.SplitHeads(Query.Apply(value), Heads), PlainWidth);
        var latent = Latent.Apply(value);
        var (narrow_BTC, position_BTR) = Parts(latent, latent.shape[2] - TurnedWidth);
        var (keys, values) = Parts(MultiHeadAttention.SplitHeads(KeyValue.Apply(LatentNorm.Apply(narrow_BTC)), Heads), PlainWidth);
        var (turnedQuery, turnedKey) = Rotary.Turn(queries.Second, position_BTR.unsqueeze(1), scope);
        var query_BHTK = cat([queries.First, turnedQuery], 3);
        var key_BHTK = cat([keys, turnedKey.expand(-1, Heads, -1, -1)], 3);
        var attended = MultiHeadAttention.Attend(layer, query_BHTK, key_BHTK, values, scope, Form);
        return Out.Apply(scope.OfRead(layer, MultiHeadAttention.JoinHeads(attended)));
    }

    private static (Tensor First, Tensor Second) Parts(Tensor value, long first)
    {
        var parts = value.split([first, value.shape[^1] - first], -1);
        return (parts[0], parts[1]);
    }
}

/// <summary>Queries of a token's state: by one map, or by a narrow vector of their own.</summary>
/// <param name="Narrow">To the narrow vector; null where there is none.</param>
/// <param name="Norm">What norms it; null where there is none.</param>
/// <param name="Map">To all heads' queries, <c>[H*(N+R),..]</c>.</param>
internal sealed record LatentQuery(Linear? Narrow, INorm? Norm, Linear Map)
{
    /// <summary>Queries of <c>[B,T,D]</c>: <c>[B,T,H*(N+R)]</c>, in the caller's dispose scope.</summary>
    public Tensor Apply(Tensor value) => Map.Apply(Narrow is null ? value : Norm!.Apply(Narrow.Apply(value)));
}
