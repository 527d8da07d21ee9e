using Amend.Models.Tokenizers;
using static TorchSharp.torch;

namespace Amend.Models.Taps;

/// <summary>What a preamble may ask of the model that it stands in front of.</summary>
public interface IPromptReader
{
    /// <summary>Tokenizes a text.</summary>
    /// <exception cref="Tensors.AmendException">The text is empty.</exception>
    TokenizedText Tokenize(string text);

    /// <summary>
    /// How the model reads a text when it has no edit, aside from whatever is open over its taps: the residual stream after a block.
    /// </summary>
    /// <param name="ids">The text's tokens, T; the last ones are read where the context holds no more.</param>
    /// <param name="layer">The block.</param>
    /// <returns><c>[T,D]</c>, float32 on the CPU, without gradients, in the caller's dispose scope.</returns>
    /// <exception cref="Tensors.AmendException">The model is no causal decoder.</exception>
    Tensor StatesAside(IReadOnlyList<int> ids, int layer);
}
