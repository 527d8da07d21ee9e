using static TorchSharp.torch;

namespace Amend.Models.Layers;

/// <summary>
/// The layers of a block with its norms behind the residual sums, as the first transformer has them (Vaswani et al. 2017,
/// section 3.1): BERT, RoBERTa, DistilBERT, and both stacks of BART.
/// </summary>
/// <param name="Attention">The attention of the tokens to each other.</param>
/// <param name="AttentionNorm">The norm behind it.</param>
/// <param name="Up">The MLP's first map, <c>[F,D]</c>.</param>
/// <param name="Activation">The function between.</param>
/// <param name="Down">The MLP's second map, <c>[D,F]</c>.</param>
/// <param name="MlpNorm">The norm behind the MLP.</param>
public sealed record PostNormBlock(AttentionLayer Attention, LayerNorm AttentionNorm, Linear Up, Func<Tensor, Tensor> Activation, Linear Down, LayerNorm MlpNorm)
{
    /// <summary>In a decoder of two stacks: the attention to the encoder's states and the norm behind it.</summary>
    public (AttentionLayer Attention, LayerNorm Norm)? Cross { get; init; }
}
