using System.Text;
using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Tokenizers.Decoding;
using Amend.Models.Tokenizers.Normalization;
using Amend.Models.Tokenizers.Pieces;
using Amend.Models.Tokenizers.PreTokenization;
using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tokenizers.Formats;

/// <summary>
/// BERT's WordPiece: <c>vocab.txt</c>, one piece a line. <c>do_lower_case</c>, <c>strip_accents</c> and
/// <c>tokenize_chinese_chars</c> of <c>tokenizer_config.json</c> count; without them the vocabulary is uncased. <c>[MASK]</c> and the
/// other special tokens are always found in a text: a masked prompt has no other way to write its mask.
/// </summary>
public sealed class WordPieceFormat : ITokenizerFormat
{
    private const string FileName = "vocab.txt";
    private static readonly (string Key, string Piece)[] Special =
        [("unk_token", "[UNK]"), ("sep_token", "[SEP]"), ("pad_token", "[PAD]"), ("cls_token", "[CLS]"), ("mask_token", "[MASK]")];

    /// <summary>Splits a normalized text into words, as BERT does: at white space, and around each punctuation mark.</summary>
    internal static IPreTokenizer Words { get; } = new PreTokenizerSequence(
        [new CharacterPreTokenizer(Rune.IsWhiteSpace, SplitBehavior.Removed),
            new CharacterPreTokenizer(CodePoints.IsPunctuation, SplitBehavior.Isolated)]);

    /// <inheritdoc/>
    public string Files => FileName;

    /// <inheritdoc/>
    public bool IsIn(string folder) => File.Exists(Path.Combine(folder, FileName));

    /// <inheritdoc/>
    public ITokenizer Load(string folder, IReadOnlyDictionary<string, TokenizerDefaults> families, bool findsSpecialTokens)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            return Create(ModelFile.ReadAllLines(path), TokenizerSettings.Read(folder, families));
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException)
        {
            throw new ModelFormatException($"'{path}' cannot be read as a WordPiece vocabulary ({e.Message}); "
                + "download the tokenizer's files again.", e);
        }
    }

    private static PipelineTokenizer Create(string[] lines, TokenizerSettings settings)
    {
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (id, piece) in lines.Index())
            vocabulary[piece] = id;
        var special = Special.ToDictionary(token => token.Key, token => settings.Token(token.Key) ?? token.Piece);
        int Id(string key) => vocabulary.TryGetValue(special[key], out var id)
            ? id
            : throw new FormatException($"its {vocabulary.Count} pieces have no '{special[key]}'");
        var lowerCases = settings.Flag("do_lower_case") ?? true;
        return new PipelineTokenizer(new PipelineParts
        {
            Pieces = lines.Index().ToDictionary(entry => entry.Index, entry => entry.Item),
            Model = new WordCache(new WordPieceModel(vocabulary, Id("unk_token"))),
            Normalizer = new BertNormalizer(cleansText: true, settings.Flag("tokenize_chinese_chars") ?? true,
                settings.Flag("strip_accents"), lowerCases),
            PreTokenizer = Words,
            Decoder = new WordPieceDecoder("##", cleansUp: true),
            AddedTokens =
            [
                .. special.Values.Concat(settings.NamedTokens).Distinct().Where(vocabulary.ContainsKey)
                    .Select(piece => new AddedToken(piece, vocabulary[piece]) { IsSpecial = true })
                    .Concat(settings.AddedTokens)
                    .DistinctBy(token => token.Content),
            ],
            FindsSpecialTokens = true,
            Template = new SequenceTemplate([Id("cls_token")], [Id("sep_token")]),
            EndOfText = Id("sep_token"),
            BeginOfText = Id("cls_token"),
        });
    }
}
