using Amend.Models.Layers;
using Amend.Models.Weights;

namespace Amend.Models.Families.Bloom;

/// <summary>The layers of one BLOOM block.</summary>
internal sealed record BloomBlock(LayerNorm Norm1, Linear QueryKeyValue, Linear AttentionOut, LayerNorm Norm2, Linear Up, Linear Down)
{
    /// <summary>The layers of a block from the table, under Hugging Face's names.</summary>
    public static BloomBlock From(WeightTable weights, int layer, double epsilon)
    {
        string Name(string name) => BloomWeights.InBlock(layer, name);
        return new BloomBlock(
            LayerNorm.From(weights, Name("input_layernorm"), epsilon),
            Linear.From(weights, Name("self_attention.query_key_value")),
            Linear.From(weights, Name("self_attention.dense")),
            LayerNorm.From(weights, Name("post_attention_layernorm"), epsilon),
            Linear.From(weights, Name("mlp.dense_h_to_4h")),
            Linear.From(weights, Name("mlp.dense_4h_to_h")));
    }
}
