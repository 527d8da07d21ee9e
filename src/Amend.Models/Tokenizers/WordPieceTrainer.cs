using System.Text.Json;
using Amend.Models.Tokenizers.Formats;
using Amend.Models.Tokenizers.Normalization;
using Amend.Models.Tokenizers.Text;
using Amend.Tensors.Files;

namespace Amend.Models.Tokenizers;

/// <summary>
/// Learns an uncased WordPiece vocabulary on BERT's words: letters, then the merges of the most frequent neighbours, as Hugging Face's
/// trainer does, until the vocabulary is full or every word is a piece. The same texts give the same files.
/// </summary>
public sealed class WordPieceTrainer
{
    private const string Continues = "##";
    private static readonly string[] Special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

    private static readonly BertNormalizer Normalizer =
        new(cleansText: true, spacesIdeographs: true, stripsAccents: null, lowerCases: true);

    private readonly Dictionary<string, long> _words = new(StringComparer.Ordinal);

    /// <summary>Counts the words of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="weight">How often it counts.</param>
    public void Add(string text, int weight = 1)
    {
        var normalized = Normalizer.Normalize(AlignedText.Of(text, 0, text.Length), TextPlace.Begins);
        foreach (var word in WordPieceFormat.Words.Split(normalized, TextPlace.Begins))
            _words[word.Text] = _words.GetValueOrDefault(word.Text) + weight;
    }

    /// <summary>Learns the pieces and writes <c>vocab.txt</c> and <c>tokenizer_config.json</c>.</summary>
    /// <param name="vocabularySize">Most pieces: five special tokens, the letters at a word's start and within it, and the merges.</param>
    /// <param name="folder">Where the files go; made where it is missing.</param>
    /// <exception cref="ArgumentOutOfRangeException">The vocabulary would not even hold the special tokens and the letters.</exception>
    public void Write(int vocabularySize, string folder)
    {
        var words = _words.OrderBy(word => word.Key, StringComparer.Ordinal)
            .Select(word => (Symbols: Letters(word.Key), word.Value)).ToList();
        string[] unmerged = [.. Special, .. words.SelectMany(word => word.Symbols).Distinct().Order(StringComparer.Ordinal)];
        if (vocabularySize < unmerged.Length)
            throw new ArgumentOutOfRangeException(nameof(vocabularySize), vocabularySize, $"{vocabularySize} pieces were asked; "
                + $"the special tokens and the letters need {unmerged.Length}.");
        var merges = new MergeLearner(Join).Learn(words, vocabularySize - unmerged.Length);
        Directory.CreateDirectory(folder);
        AtomicFile.WriteAllText(
            Path.Combine(folder, "vocab.txt"),
            string.Concat(unmerged.Concat(merges.Select(merge => Join(merge.Left, merge.Right))).Distinct().Select(piece => piece + "\n")));
        AtomicFile.WriteAllText(
            Path.Combine(folder, "tokenizer_config.json"),
            JsonSerializer.Serialize(new { do_lower_case = true, tokenizer_class = "BertTokenizer" }) + "\n");
    }

    private static IEnumerable<string> Letters(string word) =>
        word.EnumerateRunes().Select((letter, at) => at == 0 ? letter.ToString() : Continues + letter);

    private static string Join(string left, string right) => left + right[Continues.Length..];
}
