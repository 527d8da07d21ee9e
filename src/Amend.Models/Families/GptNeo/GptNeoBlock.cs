using Amend.Models.Layers;
using Amend.Models.Weights;

namespace Amend.Models.Families.GptNeo;

/// <summary>The layers of one GPT-Neo block.</summary>
internal sealed record GptNeoBlock(
    AttentionForm Form, LayerNorm Norm1, Linear Query, Linear Key, Linear Value, Linear AttentionOut, LayerNorm Norm2, Linear Up, Linear Down)
{
    /// <summary>The layers of a block from the table, under Hugging Face's names; scores are not scaled.</summary>
    public static GptNeoBlock From(WeightTable weights, GptNeoConfig config, int layer)
    {
        Linear Map(string name) => Linear.From(weights, GptNeoWeights.InBlock(layer, name));
        LayerNorm Norm(string name) => LayerNorm.From(weights, GptNeoWeights.InBlock(layer, name), config.LayerNormEpsilon);
        return new GptNeoBlock(
            new AttentionForm { Scale = 1, Window = config.Windows[layer] },
            Norm("ln_1"), Map("attn.attention.q_proj"), Map("attn.attention.k_proj"), Map("attn.attention.v_proj"), Map("attn.attention.out_proj"),
            Norm("ln_2"), Map("mlp.c_fc"), Map("mlp.c_proj"));
    }
}
