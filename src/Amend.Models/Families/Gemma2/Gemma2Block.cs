using Amend.Models.Layers;
using Amend.Models.Weights;

namespace Amend.Models.Families.Gemma2;

/// <summary>The layers of one Gemma 2 block.</summary>
internal sealed record Gemma2Block(
    RmsNorm NormBeforeAttention,
    Linear Query,
    Linear Key,
    Linear Value,
    Linear AttentionOut,
    RmsNorm NormBehindAttention,
    RmsNorm NormBeforeMlp,
    Linear Gate,
    Linear Up,
    Linear Down,
    RmsNorm NormBehindMlp)
{
    /// <summary>The layers of a block from the table, under Hugging Face's names.</summary>
    public static Gemma2Block From(WeightTable weights, int layer, double epsilon)
    {
        Linear Map(string name) => Linear.From(weights, Gemma2Weights.InBlock(layer, name));
        RmsNorm Norm(string name) => RmsNorm.From(weights, Gemma2Weights.InBlock(layer, name), epsilon, aroundOne: true);
        return new Gemma2Block(
            Norm("input_layernorm"),
            Map("self_attn.q_proj"), Map("self_attn.k_proj"), Map("self_attn.v_proj"), Map("self_attn.o_proj"),
            Norm("post_attention_layernorm"),
            Norm("pre_feedforward_layernorm"),
            Map("mlp.gate_proj"), Map("mlp.up_proj"), Map("mlp.down_proj"),
            Norm("post_feedforward_layernorm"));
    }
}
