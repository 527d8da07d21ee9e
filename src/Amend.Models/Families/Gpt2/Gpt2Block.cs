using Amend.Models.Layers;
using Amend.Models.Weights;

namespace Amend.Models.Families.Gpt2;

/// <summary>The layers of one GPT-2 block.</summary>
internal sealed record Gpt2Block(LayerNorm Norm1, Linear Attention, Linear AttentionOut, LayerNorm Norm2, Linear Up, Linear Down)
{
    /// <summary>The layers of a block from the table, under Hugging Face's names.</summary>
    public static Gpt2Block From(WeightTable weights, int layer, double epsilon)
    {
        string Name(string name) => Gpt2Weights.InBlock(layer, name);
        return new Gpt2Block(
            LayerNorm.From(weights, Name("ln_1"), epsilon),
            Linear.From(weights, Name("attn.c_attn")),
            Linear.From(weights, Name("attn.c_proj")),
            LayerNorm.From(weights, Name("ln_2"), epsilon),
            Linear.From(weights, Name("mlp.c_fc")),
            Linear.From(weights, Name("mlp.c_proj")));
    }
}
