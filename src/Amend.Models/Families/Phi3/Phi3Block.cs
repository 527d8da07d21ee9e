using Amend.Models.Layers;
using Amend.Models.Weights;

namespace Amend.Models.Families.Phi3;

/// <summary>The layers of one Phi-3 block.</summary>
internal sealed record Phi3Block(
    AttentionForm Form, RmsNorm Norm1, Linear QueryKeyValue, Linear AttentionOut, RmsNorm Norm2, Linear GateUp, Linear Down)
{
    /// <summary>The layers of a block from the table, under Hugging Face's names.</summary>
    public static Phi3Block From(WeightTable weights, Phi3Config config, int layer)
    {
        Linear Map(string name) => Linear.From(weights, Phi3Weights.InBlock(layer, name));
        RmsNorm Norm(string name) => RmsNorm.From(weights, Phi3Weights.InBlock(layer, name), config.RmsNormEps);
        return new Phi3Block(
            new AttentionForm { Window = config.Windows[layer] },
            Norm("input_layernorm"), Map("self_attn.qkv_proj"), Map("self_attn.o_proj"),
            Norm("post_attention_layernorm"), Map("mlp.gate_up_proj"), Map("mlp.down_proj"));
    }
}
