using Amend.Models.Layers;
using Amend.Models.Weights;

namespace Amend.Models.Decoders;

/// <summary>Multi-head latent attention, under DeepSeek's names.</summary>
/// <param name="Heads">The number of heads, H.</param>
/// <param name="Rotary">How the parts with positions are turned; R values of each.</param>
/// <param name="Form">The scale of scores.</param>
internal sealed record LatentAttentionPlan(int Heads, Rotary Rotary, AttentionForm Form) : AttentionPlan
{
    private const string QueryNorm = "self_attn.q_a_layernorm";
    private const string LatentNorm = "self_attn.kv_a_layernorm";

    /// <summary>The norms of narrow vectors, whose epsilon no configuration sets.</summary>
    private static readonly NormPlan Norm = new(NormKind.Rms, 1e-6);

    /// <summary>The width of the narrow vector of queries; null where they are made without one.</summary>
    public int? QueryRank { get; init; }

    /// <summary>The width of the narrow vector of keys and values, C.</summary>
    public required int Rank { get; init; }

    /// <summary>The width of queries and keys without positions, N.</summary>
    public required int PlainWidth { get; init; }

    /// <summary>The width of values, V.</summary>
    public required int ValueWidth { get; init; }

    /// <summary>Whether the maps to narrow vectors and the output projection have biases.</summary>
    public bool Bias { get; init; }

    private int TurnedWidth => 2 * Rotary.Frequencies.Count;

    private string QueryMap => QueryRank is null ? "self_attn.q_proj" : "self_attn.q_b_proj";

    /// <inheritdoc/>
    public override IEnumerable<WeightSpec> Weights(string block, long width) =>
    [
        .. QueryRank is { } rank
            ? WeightSpec.Linear(block + "self_attn.q_a_proj", rank, width, Bias).Concat(Norm.Weights(block + QueryNorm, rank)) : [],
        .. WeightSpec.Linear(block + QueryMap, Heads * (PlainWidth + TurnedWidth), QueryRank ?? width, bias: false),
        .. WeightSpec.Linear(block + "self_attn.kv_a_proj_with_mqa", Rank + TurnedWidth, width, Bias),
        .. Norm.Weights(block + LatentNorm, Rank),
        .. WeightSpec.Linear(block + "self_attn.kv_b_proj", Heads * (PlainWidth + ValueWidth), Rank, bias: false),
        .. WeightSpec.Linear(block + "self_attn.o_proj", width, Heads * ValueWidth, Bias),
    ];

    /// <inheritdoc/>
    public override IAttention Build(WeightTable weights, string block)
    {
        Linear Map(string name) => Linear.From(weights, $"{block}{name}");
        var query = new LatentQuery(
            QueryRank is null ? null : Map("self_attn.q_a_proj"),
            QueryRank is null ? null : Norm.Build(weights, block + QueryNorm),
            Map(QueryMap));
        return new LatentAttention(
            query,
            Map("self_attn.kv_a_proj_with_mqa"),
            Norm.Build(weights, block + LatentNorm),
            Map("self_attn.kv_b_proj"),
            Map("self_attn.o_proj"))
        {
            Heads = Heads, PlainWidth = PlainWidth, Rotary = Rotary, Form = Form,
        };
    }
}
