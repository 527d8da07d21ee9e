using Amend.Models.Layers;
using Amend.Models.Weights;

namespace Amend.Models.Families.Llama;

/// <summary>The layers of one Llama block.</summary>
internal sealed record LlamaBlock(
    AttentionForm Form,
    RmsNorm Norm1,
    Linear Query,
    Linear Key,
    Linear Value,
    RmsNorm? QueryNorm,
    RmsNorm? KeyNorm,
    Linear AttentionOut,
    RmsNorm Norm2,
    Linear Gate,
    Linear Up,
    Linear Down)
{
    /// <summary>The layers of a block from the table, under Hugging Face's names.</summary>
    public static LlamaBlock From(WeightTable weights, LlamaConfig config, int layer)
    {
        Linear Map(string name) => Linear.From(weights, LlamaWeights.InBlock(layer, name));
        RmsNorm Norm(string name) => RmsNorm.From(weights, LlamaWeights.InBlock(layer, name), config.RmsNormEps);
        return new LlamaBlock(
            new AttentionForm { Window = config.Windows[layer] },
            Norm("input_layernorm"),
            Map("self_attn.q_proj"), Map("self_attn.k_proj"), Map("self_attn.v_proj"),
            config.QueryKeyNorm ? Norm("self_attn.q_norm") : null,
            config.QueryKeyNorm ? Norm("self_attn.k_norm") : null,
            Map("self_attn.o_proj"),
            Norm("post_attention_layernorm"),
            Map("mlp.gate_proj"), Map("mlp.up_proj"), Map("mlp.down_proj"));
    }
}
