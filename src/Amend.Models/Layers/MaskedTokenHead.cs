using static TorchSharp.torch;

namespace Amend.Models.Layers;

/// <summary>
/// From the states of a masked language model to its tokens (Devlin et al. 2019): a map, a function, a norm, and the decoder.
/// </summary>
/// <param name="Dense">The map, <c>[D,D]</c>.</param>
/// <param name="Activation">The function.</param>
/// <param name="Norm">The norm.</param>
/// <param name="Decoder">To the vocabulary, <c>[V,D]</c>.</param>
public sealed record MaskedTokenHead(Linear Dense, Func<Tensor, Tensor> Activation, LayerNorm Norm, Linear Decoder)
{
    /// <summary>Logits, <c>[..,V]</c> in the caller's dispose scope, from states, <c>[..,D]</c>.</summary>
    public Tensor Apply(Tensor states) => Decoder.Apply(Norm.Apply(Activation(Dense.Apply(states))));
}
