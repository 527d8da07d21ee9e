using Amend.Models.Layers;
using Amend.Models.Weights;

namespace Amend.Models.Families.GptJ;

/// <summary>The layers of one GPT-J block.</summary>
internal sealed record GptJBlock(LayerNorm Norm, Linear Query, Linear Key, Linear Value, Linear AttentionOut, Linear Up, Linear Down)
{
    /// <summary>The layers of a block from the table, under Hugging Face's names.</summary>
    public static GptJBlock From(WeightTable weights, int layer, double epsilon)
    {
        Linear Map(string name) => Linear.From(weights, GptJWeights.InBlock(layer, name));
        return new GptJBlock(
            LayerNorm.From(weights, GptJWeights.InBlock(layer, "ln_1"), epsilon),
            Map("attn.q_proj"), Map("attn.k_proj"), Map("attn.v_proj"), Map("attn.out_proj"),
            Map("mlp.fc_in"), Map("mlp.fc_out"));
    }
}
