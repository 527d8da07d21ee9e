using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Tokenizers.Decoding;
using Amend.Models.Tokenizers.Normalization;
using Amend.Models.Tokenizers.Pieces;
using Amend.Models.Tokenizers.PreTokenization;
using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tokenizers.Formats;

/// <summary>GPT-2's byte-level BPE (Radford et al. 2019, section 2.2) and its likes: <c>vocab.json</c> and <c>merges.txt</c>.</summary>
public sealed class ByteLevelBpeFormat : ITokenizerFormat
{
    private const string VocabularyFile = "vocab.json";
    private const string MergesFile = "merges.txt";

    private static readonly string[] NamesOfEnd = ["<|endoftext|>", "</s>"];

    /// <inheritdoc/>
    public string Files => $"{VocabularyFile}, {MergesFile}";

    /// <inheritdoc/>
    public bool IsIn(string folder) => File.Exists(Path.Combine(folder, VocabularyFile)) || File.Exists(Path.Combine(folder, MergesFile));

    /// <inheritdoc/>
    public ITokenizer Load(string folder, IReadOnlyDictionary<string, TokenizerDefaults> families, bool findsSpecialTokens) =>
        Read(folder, families, findsSpecialTokens);

    internal static PipelineTokenizer Read(string folder, IReadOnlyDictionary<string, TokenizerDefaults> families, bool findsSpecialTokens)
    {
        var (vocabularyPath, mergesPath) = (Path.Combine(folder, VocabularyFile), Path.Combine(folder, MergesFile));
        foreach (var path in (string[])[vocabularyPath, mergesPath])
        {
            if (!File.Exists(path))
                throw new ModelFormatException($"'{path}' is missing; "
                    + "a byte-level BPE tokenizer needs vocab.json and merges.txt in the model folder.");
        }

        try
        {
            var vocabulary = JsonSerializer.Deserialize<Dictionary<string, int>>(ModelFile.ReadAllBytes(vocabularyPath));
            if (vocabulary is null or { Count: 0 })
                throw new FormatException("vocab.json has no pieces");
            var settings = TokenizerSettings.Read(folder, families);
            return Create(vocabulary, ReadMerges(ModelFile.ReadAllLines(mergesPath)), settings, findsSpecialTokens);
        }
        catch (Exception e) when (e is JsonException or ArgumentException or FormatException or InvalidOperationException)
        {
            throw new ModelFormatException($"The tokenizer files in '{folder}' cannot be read ({e.Message}); "
                + "download vocab.json and merges.txt again.", e);
        }
    }

    private static PipelineTokenizer Create(
        Dictionary<string, int> vocabulary, IEnumerable<(string, string)> merges, TokenizerSettings settings, bool findsSpecialTokens)
    {
        var added = settings.AddedTokens.ToList();
        added.AddRange(settings.NamedTokens.Where(name => vocabulary.ContainsKey(name) && added.TrueForAll(token => token.Content != name))
            .Select(name => new AddedToken(name, vocabulary[name]) { IsSpecial = true }));
        int? IdOf(string? name) =>
            name is null ? null
            : added.Find(token => token.Content == name)?.Id ?? (vocabulary.TryGetValue(name, out var id) ? id : null);
        var end = IdOf(settings.Token("eos_token")) ?? NamesOfEnd.Select(IdOf).FirstOrDefault(id => id is not null)
            ?? vocabulary.Values.Max();
        var defaults = settings.Defaults(family => family.ByteLevel) ?? new ByteLevelDefaults();
        var words = settings.DefaultsOfClass(family => family.ByteLevel)?.Words;
        var begin = IdOf(settings.Token("bos_token") ?? defaults.BeginOfText);
        return new PipelineTokenizer(new PipelineParts
        {
            Pieces = vocabulary.ToDictionary(piece => piece.Value, piece => piece.Key),
            Model = new WordCache(new BpeModel(vocabulary, merges, new BpeOptions { Unknown = IdOf(settings.Token("unk_token")) ?? end })),
            Normalizer = words is null ? null : new UnicodeFormNormalizer(compatibility: false, composes: true),
            PreTokenizer = words is null
                ? new ByteLevelPreTokenizer(settings.Flag("add_prefix_space") ?? false, splits: true)
                : new PreTokenizerSequence(
                [
                    new PatternPreTokenizer(CodePointPattern.Expression(words), SplitBehavior.Isolated, inverts: false),
                    new ByteLevelPreTokenizer(addsSpace: false, splits: false),
                ]),
            Decoder = new ByteLevelDecoder(),
            AddedTokens = added,
            FindsSpecialTokens = findsSpecialTokens,
            Template = new SequenceTemplate(
                (settings.Flag("add_bos_token") ?? defaults.Begins) && begin is { } first ? [first] : [],
                (settings.Flag("add_eos_token") ?? defaults.Ends) ? [end] : []),
            EndOfText = end,
            BeginOfText = begin,
        });
    }

    private static IEnumerable<(string Left, string Right)> ReadMerges(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            if (line.Length == 0 || line.StartsWith("#version", StringComparison.Ordinal))
                continue;
            yield return line.Split(' ') is [{ Length: > 0 } left, { Length: > 0 } right]
                ? (left, right)
                : throw new FormatException($"merges.txt has the line '{line}', which is not two pieces");
        }
    }
}
