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
    private const string WordsOfQwen =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private static readonly string[] NamesOfEnd = ["<|endoftext|>", "</s>"];

    /// <summary>The special tokens around a text, by the tokenizer's class and by the family, where flags say nothing.</summary>
    private static readonly Dictionary<string, (bool Begins, bool Ends)> Around = new(StringComparer.Ordinal)
    {
        ["RobertaTokenizer"] = (true, true),
        ["BartTokenizer"] = (true, true),
        ["roberta"] = (true, true),
        ["bart"] = (true, true),
        ["opt"] = (true, false),
    };

    /// <summary>The names of what begins a text, where no file says: OPT begins with the sign that ends BART's.</summary>
    private static readonly Dictionary<string, string> NamesOfBegin = new(StringComparer.Ordinal) { ["opt"] = "</s>" };

    /// <inheritdoc/>
    public string Files => $"{VocabularyFile}, {MergesFile}";

    /// <inheritdoc/>
    public bool IsIn(string folder) => File.Exists(Path.Combine(folder, VocabularyFile)) || File.Exists(Path.Combine(folder, MergesFile));

    /// <inheritdoc/>
    public ITokenizer Load(string folder, bool findsSpecialTokens) => Read(folder, findsSpecialTokens);

    internal static PipelineTokenizer Read(string folder, bool findsSpecialTokens)
    {
        var (vocabularyPath, mergesPath) = (Path.Combine(folder, VocabularyFile), Path.Combine(folder, MergesFile));
        foreach (var path in (string[])[vocabularyPath, mergesPath])
        {
            if (!File.Exists(path))
                throw new ModelFormatException($"'{path}' is missing; a byte-level BPE tokenizer needs vocab.json and merges.txt in the model folder.");
        }

        try
        {
            var vocabulary = JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllBytes(vocabularyPath));
            if (vocabulary is null or { Count: 0 })
                throw new FormatException("vocab.json has no pieces");
            return Create(vocabulary, ReadMerges(File.ReadLines(mergesPath)), TokenizerSettings.Read(folder), findsSpecialTokens);
        }
        catch (Exception e) when (e is JsonException or ArgumentException or FormatException or InvalidOperationException)
        {
            throw new ModelFormatException($"The tokenizer files in '{folder}' cannot be read ({e.Message}); download vocab.json and merges.txt again.", e);
        }
    }

    private static PipelineTokenizer Create(Dictionary<string, int> vocabulary, IEnumerable<(string, string)> merges, TokenizerSettings settings, bool findsSpecialTokens)
    {
        var added = settings.AddedTokens.ToList();
        added.AddRange(settings.NamedTokens.Where(name => vocabulary.ContainsKey(name) && added.TrueForAll(token => token.Content != name))
            .Select(name => new AddedToken(name, vocabulary[name]) { IsSpecial = true }));
        int? IdOf(string? name) =>
            name is null ? null
            : added.Find(token => token.Content == name)?.Id ?? (vocabulary.TryGetValue(name, out var id) ? id : null);
        var end = IdOf(settings.Token("eos_token")) ?? NamesOfEnd.Select(IdOf).FirstOrDefault(id => id is not null) ?? vocabulary.Values.Max();
        var begin = IdOf(settings.Token("bos_token") ?? NamesOfBegin.GetValueOrDefault(settings.ModelType, "<s>"));
        var around = Around.TryGetValue(settings.Class, out var byClass) ? byClass : Around.GetValueOrDefault(settings.ModelType);
        var after = (settings.Flag("add_eos_token") ?? around.Ends) ? (int[])[end] : [];
        var isQwen = settings.Class == "Qwen2Tokenizer";
        return new PipelineTokenizer(new PipelineParts
        {
            Pieces = vocabulary.ToDictionary(piece => piece.Value, piece => piece.Key),
            Model = new WordCache(new BpeModel(vocabulary, merges, new BpeOptions { Unknown = IdOf(settings.Token("unk_token")) ?? end })),
            Normalizer = isQwen ? new UnicodeFormNormalizer(compatibility: false, composes: true) : null,
            PreTokenizer = isQwen
                ? new PreTokenizerSequence([new PatternPreTokenizer(CodePointPattern.Expression(WordsOfQwen), SplitBehavior.Isolated, inverts: false), new ByteLevelPreTokenizer(addsSpace: false, splits: false)])
                : new ByteLevelPreTokenizer(settings.Flag("add_prefix_space") ?? false, splits: true),
            Decoder = new ByteLevelDecoder(),
            AddedTokens = added,
            FindsSpecialTokens = findsSpecialTokens,
            Template = new SequenceTemplate((settings.Flag("add_bos_token") ?? around.Begins) && begin is { } first ? [first] : [], after)
            {
                Pair = ([.. after, .. after], after),
            },
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
