namespace Amend.Models.Tokenizers;

/// <summary>Finds the tokenizer of a model folder by the files in it.</summary>
public static class TokenizerLoader
{
    /// <summary>The folder's tokenizer, or null where it has no tokenizer files.</summary>
    /// <exception cref="ModelFormatException">Files are there but broken, or only one of a pair is.</exception>
    public static ITokenizer? LoadOrNull(string folder) =>
        File.Exists(Path.Combine(folder, "vocab.json")) || File.Exists(Path.Combine(folder, "merges.txt"))
            ? ByteLevelBpeTokenizer.Load(folder)
            : null;
}
