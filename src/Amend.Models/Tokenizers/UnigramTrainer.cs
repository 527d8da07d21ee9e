using System.Text.Encodings.Web;
using System.Text.Json;
using Amend.Models.Tokenizers.Normalization;
using Amend.Models.Tokenizers.Pieces;
using Amend.Models.Tokenizers.PreTokenization;
using Amend.Models.Tokenizers.Text;
using Amend.Tensors.Files;

namespace Amend.Models.Tokenizers;

/// <summary>
/// Learns a unigram vocabulary for a T5 (Kudo 2018) on words that begin with SentencePiece's mark, in compatibility form NFKC. The same
/// texts give the same files.
/// </summary>
public sealed class UnigramTrainer
{
    private const string Mark = "▁";
    private const string End = "</s>";
    private const int EndId = 1;
    private const int UnknownId = 2;
    private static readonly string[] Special = ["<pad>", End, "<unk>"];
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly UnicodeFormNormalizer Normalizer = new(compatibility: true, composes: true);
    private static readonly MetaspacePreTokenizer Words = new(Mark[0], MetaspacePrefix.Always, splits: true);
    private readonly Dictionary<string, long> _words = new(StringComparer.Ordinal);

    /// <summary>Counts the words of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="weight">How often it counts.</param>
    public void Add(string text, int weight = 1)
    {
        var normalized = Normalizer.Normalize(AlignedText.Of(text, 0, text.Length), TextPlace.Begins);
        foreach (var word in Words.Split(normalized, TextPlace.Begins))
            _words[word.Text] = _words.GetValueOrDefault(word.Text) + weight;
    }

    /// <summary>Learns the pieces and writes <c>tokenizer.json</c> and <c>tokenizer_config.json</c>.</summary>
    /// <param name="vocabularySize">Most pieces: padding, the end, what is unknown, and those that are learned.</param>
    /// <param name="folder">Where the files go; made where it is missing.</param>
    /// <exception cref="ArgumentOutOfRangeException">The vocabulary would not even hold the special tokens and the letters.</exception>
    public void Write(int vocabularySize, string folder)
    {
        var learner = new UnigramLearner(
            [.. _words.OrderBy(word => word.Key, StringComparer.Ordinal).Select(word => (word.Key, word.Value))]);
        if (vocabularySize < Special.Length + learner.Letters)
            throw new ArgumentOutOfRangeException(nameof(vocabularySize), vocabularySize, $"{vocabularySize} pieces were asked; "
                + $"the special tokens and the letters need {Special.Length + learner.Letters}.");
        var pieces = learner.Learn(vocabularySize - Special.Length);
        Directory.CreateDirectory(folder);
        AtomicFile.WriteAllText(Path.Combine(folder, "tokenizer.json"), JsonSerializer.Serialize(Description(pieces), Json) + "\n");
        AtomicFile.WriteAllText(
            Path.Combine(folder, "tokenizer_config.json"),
            JsonSerializer.Serialize(
                new
                {
                    tokenizer_class = "T5Tokenizer",
                    pad_token = Special[0],
                    eos_token = End,
                    unk_token = Special[UnknownId],
                    extra_ids = 0,
                },
                Json) + "\n");
    }

    private static Dictionary<string, object?> Description(IReadOnlyList<ScoredPiece> pieces)
    {
        var metaspace = new { type = "Metaspace", replacement = Mark, prepend_scheme = "always", split = true };
        return new Dictionary<string, object?>
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = Special.Select((content, id) => new
            {
                id,
                content,
                single_word = false,
                lstrip = false,
                rstrip = false,
                normalized = false,
                special = true,
            }),
            ["normalizer"] = new { type = "NFKC" },
            ["pre_tokenizer"] = metaspace,
            ["post_processor"] = new
            {
                type = "TemplateProcessing",
                single = new object[] { Sequence("A"), Ending() },
                pair = new object[] { Sequence("A"), Ending(), Sequence("B"), Ending() },
                special_tokens = new Dictionary<string, object> { [End] = new { id = End, ids = new[] { EndId }, tokens = new[] { End } } },
            },
            ["decoder"] = metaspace,
            ["model"] = new
            {
                type = "Unigram",
                unk_id = UnknownId,
                vocab = Special.Select(piece => new object[] { piece, 0.0 })
                    .Concat(pieces.Select(piece => new object[] { piece.Text, piece.Score })),
                byte_fallback = false,
            },
        };
    }

    private static object Sequence(string id) => new { Sequence = new { id, type_id = 0 } };

    private static object Ending() => new { SpecialToken = new { id = End, type_id = 0 } };
}
