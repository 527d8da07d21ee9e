using Amend.Models.Layers;
using Amend.Models.Weights;

namespace Amend.Models.Families.GptNeoX;

/// <summary>The layers of one GPT-NeoX block.</summary>
internal sealed record GptNeoXBlock(LayerNorm Norm1, LayerNorm Norm2, Linear QueryKeyValue, Linear AttentionOut, Linear Up, Linear Down)
{
    /// <summary>The layers of a block from the table, under Hugging Face's names.</summary>
    public static GptNeoXBlock From(WeightTable weights, int layer, double epsilon)
    {
        string Name(string name) => GptNeoXWeights.InBlock(layer, name);
        return new GptNeoXBlock(
            LayerNorm.From(weights, Name("input_layernorm"), epsilon),
            LayerNorm.From(weights, Name("post_attention_layernorm"), epsilon),
            Linear.From(weights, Name("attention.query_key_value")),
            Linear.From(weights, Name("attention.dense")),
            Linear.From(weights, Name("mlp.dense_h_to_4h")),
            Linear.From(weights, Name("mlp.dense_4h_to_h")));
    }
}
