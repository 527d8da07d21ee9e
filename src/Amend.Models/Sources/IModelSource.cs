using Amend.Models.Tokenizers;
using Amend.Tensors.Files;

namespace Amend.Models.Sources;

/// <summary>
/// Where a model comes from, in front of the families: a folder in Hugging Face form, or whatever else gives a configuration with
/// Hugging Face's keys, tensors under Hugging Face's names and a tokenizer. Its parts are read one by one, so that each can be missing
/// or broken by itself.
/// </summary>
public interface IModelSource
{
    /// <summary>What messages call the model.</summary>
    string Name { get; }

    /// <summary>The full path of the folder or the file.</summary>
    string Path { get; }

    /// <summary>The full paths of all files that the model may be read from; where none of them changes, the model is the same.</summary>
    IReadOnlyList<string> Files { get; }

    /// <summary>The full path of the folder whose files the tokenizer is read from; null where it is in the model's own file.</summary>
    string? TokenizerFolder { get; }

    /// <summary>Reads the configuration and what else is said of the model; the caller disposes.</summary>
    /// <exception cref="Tensors.AmendException">It is missing, broken or of a form that is not read.</exception>
    ModelDescription Describe();

    /// <summary>Opens the weights; the caller disposes.</summary>
    /// <param name="isShapesOnly">Whether tensors are loaded without values, see <see cref="Checkpoint.OpenShapes"/>.</param>
    /// <exception cref="Tensors.AmendException">They are missing, broken or of a form that is not read.</exception>
    Checkpoint OpenWeights(bool isShapesOnly = false);

    /// <summary>Reads the tokenizer; null where there is none.</summary>
    /// <param name="families">What each family's tokenizers do where the files say nothing, by <c>model_type</c>.</param>
    /// <param name="findsSpecialTokens">Whether special tokens written in a text are found as tokens; if not, they are text.</param>
    /// <exception cref="Tensors.AmendException">The tokenizer is broken.</exception>
    ITokenizer? ReadTokenizer(IReadOnlyDictionary<string, TokenizerDefaults> families, bool findsSpecialTokens);

    /// <summary>Reads the chat templates, each name once; none where there are none.</summary>
    /// <exception cref="Tensors.AmendException">What holds them is broken.</exception>
    ModelChatTemplates ReadChatTemplates();
}
