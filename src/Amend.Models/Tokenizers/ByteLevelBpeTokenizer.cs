using System.Text.Json;
using Microsoft.ML.Tokenizers;

namespace Amend.Models.Tokenizers;

/// <summary>GPT-2's byte-level BPE (Radford et al. 2019, section 2.2) from <c>vocab.json</c> and <c>merges.txt</c>.</summary>
public sealed class ByteLevelBpeTokenizer : ITokenizer
{
    private const string EndOfTextPiece = "<|endoftext|>";
    private readonly CodeGenTokenizer tokenizer;

    private ByteLevelBpeTokenizer(CodeGenTokenizer tokenizer, int vocabularySize, int endOfText)
    {
        this.tokenizer = tokenizer;
        VocabularySize = vocabularySize;
        EndOfText = endOfText;
    }

    /// <inheritdoc/>
    public int VocabularySize { get; }

    /// <inheritdoc/>
    public int EndOfText { get; }

    /// <summary>Reads the tokenizer of a model folder.</summary>
    /// <exception cref="ModelFormatException">A file is missing or broken.</exception>
    public static ByteLevelBpeTokenizer Load(string folder)
    {
        var (vocabularyPath, mergesPath) = (Path.Combine(folder, "vocab.json"), Path.Combine(folder, "merges.txt"));
        foreach (var path in (string[])[vocabularyPath, mergesPath])
        {
            if (!File.Exists(path))
                throw new ModelFormatException($"'{path}' is missing; a byte-level BPE tokenizer needs vocab.json and merges.txt in the model folder.");
        }

        try
        {
            using var vocabularyStream = File.OpenRead(vocabularyPath);
            var vocabulary = JsonSerializer.Deserialize<Dictionary<string, int>>(vocabularyStream)!;
            using var vocabularyAgain = File.OpenRead(vocabularyPath);
            using var merges = File.OpenRead(mergesPath);
            return new ByteLevelBpeTokenizer(
                CodeGenTokenizer.Create(vocabularyAgain, merges),
                vocabulary.Values.Max() + 1,
                vocabulary.TryGetValue(EndOfTextPiece, out var id) ? id : vocabulary.Values.Max());
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException or FormatException)
        {
            throw new ModelFormatException($"The tokenizer files in '{folder}' cannot be read ({e.Message}); download vocab.json and merges.txt again.", e);
        }
    }

    /// <inheritdoc/>
    public TokenizedText Encode(string text)
    {
        var tokens = tokenizer.EncodeToTokens(text, out _, considerPreTokenization: true, considerNormalization: false);
        return new TokenizedText(text, [.. tokens.Select(t => t.Id)], [.. tokens.Select(t => (t.Offset.Start.Value, t.Offset.End.Value))]);
    }

    /// <inheritdoc/>
    public string Decode(IEnumerable<int> ids) => tokenizer.Decode(ids);
}
