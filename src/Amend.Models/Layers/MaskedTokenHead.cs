using static TorchSharp.torch;

namespace Amend.Models.Layers;

/// <summary>
/// From the states of a masked language model to its tokens (Devlin et al. 2019): a map, a function, a norm, and the decoder.
/// </summary>
/// <param name="Dense">The map, <c>[E,D]</c>; E is D, or less in families whose embeddings are narrower than the stream.</param>
/// <param name="Activation">The function.</param>
/// <param name="Norm">The norm.</param>
/// <param name="Decoder">To the vocabulary, <c>[V,E]</c>.</param>
public sealed record MaskedTokenHead(Linear Dense, Func<Tensor, Tensor> Activation, LayerNorm Norm, Linear Decoder)
{
    /// <summary>Logits, <c>[..,V]</c> in the caller's dispose scope, from states, <c>[..,D]</c>.</summary>
    public Tensor Apply(Tensor states) => Decoder.Apply(Norm.Apply(Activation(Dense.Apply(states))));
}
