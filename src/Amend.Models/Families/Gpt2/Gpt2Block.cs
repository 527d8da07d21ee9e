using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Families.Gpt2;

/// <summary>The parameters of one GPT-2 block; linear weights are <c>[out,in]</c>.</summary>
internal sealed record Gpt2Block(
    Tensor Norm1Weight,
    Tensor Norm1Bias,
    Tensor AttentionWeight,
    Tensor AttentionBias,
    Tensor AttentionOutWeight,
    Tensor AttentionOutBias,
    Tensor Norm2Weight,
    Tensor Norm2Bias,
    Tensor UpWeight,
    Tensor UpBias,
    Tensor DownWeight,
    Tensor DownBias)
{
    /// <summary>The parameters of a block from the table, under Hugging Face's names.</summary>
    public static Gpt2Block From(WeightTable weights, int layer)
    {
        Tensor W(string name) => weights[Gpt2Weights.InBlock(layer, name)].Value;
        return new Gpt2Block(
            W("ln_1.weight"), W("ln_1.bias"),
            W("attn.c_attn.weight"), W("attn.c_attn.bias"), W("attn.c_proj.weight"), W("attn.c_proj.bias"),
            W("ln_2.weight"), W("ln_2.bias"),
            W("mlp.c_fc.weight"), W("mlp.c_fc.bias"), W("mlp.c_proj.weight"), W("mlp.c_proj.bias"));
    }
}
