using Amend.Models.Layers;
using Amend.Models.Weights;

namespace Amend.Models.Decoders;

/// <summary>Attention over heads of which several queries may share a key and value head, by separate projections or one.</summary>
/// <param name="Heads">The number of query heads, H.</param>
/// <param name="Groups">The number of key and value heads, G.</param>
/// <param name="HeadWidth">The width of a head, K.</param>
internal sealed record HeadedAttentionPlan(int Heads, int Groups, int HeadWidth) : AttentionPlan
{
    /// <summary>How queries and keys are turned; null, the default, where they carry no position.</summary>
    public Rotary? Rotary { get; init; }

    /// <summary>Scale, window, bound, linear biases; plain by default.</summary>
    public AttentionForm Form { get; init; } = AttentionForm.Plain;

    /// <summary>The names of the projections to queries, keys and values.</summary>
    public (string Query, string Key, string Value) Separate { get; init; } = ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj");

    /// <summary>The name of the one projection to all three, and their order in it; null where there are three.</summary>
    public (string Name, FusedOrder Order)? Fused { get; init; }

    /// <summary>The name of the output projection.</summary>
    public string Out { get; init; } = "self_attn.o_proj";

    /// <summary>Whether the projections to queries, keys and values have biases.</summary>
    public bool Bias { get; init; }

    /// <summary>Whether the output projection has a bias.</summary>
    public bool OutBias { get; init; }

    /// <summary>The norms of queries and keys before they are turned; null for none. Separate projections only.</summary>
    public QueryKeyNormPlan? QueryKeyNorm { get; init; }

    /// <summary>The bound of projected values on both sides; null for none.</summary>
    public double? Bound { get; init; }

    /// <summary>The name of a logit a head that takes part in each softmax beside the keys; null for none.</summary>
    public string? Sinks { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<WeightSpec> Weights(string block, long width)
    {
        long queries = Heads * HeadWidth, keys = Groups * HeadWidth;
        return
        [
            .. Sinks is null ? [] : new[] { new WeightSpec(block + Sinks, [Heads]) },
            .. Fused is { } fused
                ? WeightSpec.Linear(block + fused.Name, queries + (2 * keys), width, Bias)
                : [
                    .. WeightSpec.Linear(block + Separate.Query, queries, width, Bias),
                    .. WeightSpec.Linear(block + Separate.Key, keys, width, Bias),
                    .. WeightSpec.Linear(block + Separate.Value, keys, width, Bias),
                ],
            .. QueryKeyNorm is { } norm
                ? norm.Weights(block + norm.Query, Heads, HeadWidth).Concat(norm.Weights(block + norm.Key, Groups, HeadWidth)) : [],
            .. WeightSpec.Linear(block + Out, width, queries, OutBias),
        ];
    }

    /// <inheritdoc/>
    public override IAttention Build(WeightTable weights, string block)
    {
        Linear Map(string name) => Linear.From(weights, block + name);
        HeadProjection Project(string map, int heads, string? norm)
        {
            var normed = norm is null ? null : QueryKeyNorm!.Build(weights, block + norm, heads);
            return new(Map(map), heads)
            {
                Bound = Bound,
                NormOfAll = QueryKeyNorm?.Part == NormedPart.Projection ? normed : null,
                NormOfEach = QueryKeyNorm?.Part == NormedPart.Projection ? null : normed,
            };
        }

        return new HeadedAttention(
            Fused is { } fused
                ? new FusedHeads(Map(fused.Name), Heads, Groups, fused.Order) { Bound = Bound }
                : new SeparateHeads(
                    Project(Separate.Query, Heads, QueryKeyNorm?.Query),
                    Project(Separate.Key, Groups, QueryKeyNorm?.Key),
                    Project(Separate.Value, Groups, norm: null)),
            Rotary,
            Sinks is null ? Form : Form with { Sinks = Parameter.From(weights, block + Sinks) },
            Map(Out));
    }
}
