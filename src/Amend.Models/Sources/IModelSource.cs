using Amend.Models.Configuration;
using Amend.Models.Tokenizers;

namespace Amend.Models.Sources;

/// <summary>
/// Where a model comes from, in front of the families: a folder in Hugging Face form, or whatever else gives a configuration with
/// Hugging Face's keys, named tensors and a tokenizer.
/// </summary>
public interface IModelSource
{
    /// <summary>What messages call the model.</summary>
    string Name { get; }

    /// <summary>Opens configuration and weights; the caller disposes.</summary>
    /// <exception cref="Tensors.AmendException">They are missing, broken or of a form that is not read.</exception>
    ModelParts Open();

    /// <summary>Reads the tokenizer; null where there is none.</summary>
    /// <param name="families">What each family's tokenizers do where the files say nothing, by <c>model_type</c>.</param>
    /// <param name="findsSpecialTokens">Whether special tokens written in a text are found as tokens; if not, they are text.</param>
    /// <exception cref="ModelFormatException">The tokenizer is broken.</exception>
    ITokenizer? ReadTokenizer(IReadOnlyDictionary<string, TokenizerDefaults> families, bool findsSpecialTokens);
}
