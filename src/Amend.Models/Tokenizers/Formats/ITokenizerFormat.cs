using Amend.Models.Configuration;

namespace Amend.Models.Tokenizers.Formats;

/// <summary>A form in which a tokenizer lies in a model folder.</summary>
public interface ITokenizerFormat
{
    /// <summary>The files that a folder of this form has, as messages name them.</summary>
    string Files { get; }

    /// <summary>Whether a folder has a file of this form.</summary>
    bool IsIn(string folder);

    /// <summary>Reads the tokenizer.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="families">What each family's tokenizers do where the files say nothing, by <c>model_type</c>.</param>
    /// <param name="findsSpecialTokens">Whether special tokens written in a text are found as tokens; if not, they are text.</param>
    /// <exception cref="ModelFormatException">A file is missing or broken, or asks for what is not supported.</exception>
    ITokenizer Load(string folder, IReadOnlyDictionary<string, TokenizerDefaults> families, bool findsSpecialTokens);
}
