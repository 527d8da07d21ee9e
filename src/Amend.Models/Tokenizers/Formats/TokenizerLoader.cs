using Amend.Models.Configuration;

namespace Amend.Models.Tokenizers.Formats;

/// <summary>Finds the tokenizer of a model folder by the files in it.</summary>
public static class TokenizerLoader
{
    /// <summary>The forms that this build knows, one line each; of several in one folder the first is taken.</summary>
    public static IReadOnlyList<ITokenizerFormat> Formats { get; } =
    [
        new LlamaCFormat(),
        new TokenizerJsonFormat(),
        new SentencePieceFormat(),
        new ByteLevelBpeFormat(),
        new WordPieceFormat(),
    ];

    /// <summary>Whether a folder has tokenizer files.</summary>
    public static bool IsIn(string folder) => Formats.Any(format => format.IsIn(folder));

    /// <summary>The folder's tokenizer, or null where it has no tokenizer files.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="families">What each family's tokenizers do where the files say nothing, by <c>model_type</c>.</param>
    /// <param name="findsSpecialTokens">
    /// Whether special tokens written in a text, as masks in a prompt, are always found as tokens; by default they are text.
    /// </param>
    /// <exception cref="ModelFormatException">Files are there but broken, or only one of a pair is.</exception>
    public static ITokenizer? LoadOrNull(
        string folder, IReadOnlyDictionary<string, TokenizerDefaults> families, bool findsSpecialTokens = false) =>
        Formats.FirstOrDefault(format => format.IsIn(folder))?.Load(folder, families, findsSpecialTokens);
}
