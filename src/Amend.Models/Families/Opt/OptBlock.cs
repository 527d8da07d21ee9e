using Amend.Models.Layers;
using Amend.Models.Weights;

namespace Amend.Models.Families.Opt;

/// <summary>The layers of one OPT block.</summary>
internal sealed record OptBlock(
    Linear Query, Linear Key, Linear Value, Linear AttentionOut, LayerNorm AttentionNorm, Linear Up, Linear Down, LayerNorm MlpNorm)
{
    /// <summary>The layers of a block from the table, under Hugging Face's names.</summary>
    public static OptBlock From(WeightTable weights, OptConfig config, int layer)
    {
        Linear Map(string name) => Linear.From(weights, OptWeights.InBlock(layer, name));
        LayerNorm Norm(string name) => config.Norm(weights, OptWeights.InBlock(layer, name));
        return new OptBlock(
            Map("self_attn.q_proj"), Map("self_attn.k_proj"), Map("self_attn.v_proj"), Map("self_attn.out_proj"), Norm("self_attn_layer_norm"),
            Map("fc1"), Map("fc2"), Norm("final_layer_norm"));
    }
}
