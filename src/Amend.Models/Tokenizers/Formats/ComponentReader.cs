using System.Text;
using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Tokenizers.Decoding;
using Amend.Models.Tokenizers.Normalization;
using Amend.Models.Tokenizers.PreTokenization;
using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tokenizers.Formats;

/// <summary>Reads the normalizer, the pre-tokenizer or the decoder of <c>tokenizer.json</c>: one line for each type of a kind.</summary>
internal static class ComponentReader
{
    private static readonly Dictionary<string, Func<JsonElement, INormalizer>> Normalizers = new(StringComparer.Ordinal)
    {
        ["Sequence"] = e => new NormalizerSequence([.. e.GetProperty("normalizers").EnumerateArray().Select(Normalizer)]),
        ["NFC"] = _ => new UnicodeFormNormalizer(compatibility: false, composes: true),
        ["NFD"] = _ => new UnicodeFormNormalizer(compatibility: false, composes: false),
        ["NFKC"] = _ => new UnicodeFormNormalizer(compatibility: true, composes: true),
        ["NFKD"] = _ => new UnicodeFormNormalizer(compatibility: true, composes: false),
        ["Lowercase"] = _ => new LowercaseNormalizer(),
        ["StripAccents"] = _ => new CharacterFilter(rune => !CodePoints.IsMark(rune)),
        ["Strip"] = e => new StripNormalizer(e.Flag("strip_left"), e.Flag("strip_right")),
        ["Prepend"] = e => new PrependNormalizer(e.GetProperty("prepend").GetString()!),
        ["Replace"] = e => new ReplaceNormalizer(Pattern(e), e.GetProperty("content").GetString()!),
        ["Precompiled"] = Precompiled,
        ["BertNormalizer"] = e => new BertNormalizer(
            e.Flag("clean_text", true), e.Flag("handle_chinese_chars", true), e.TryGet("strip_accents") is null
                ? null
                : e.Flag("strip_accents"), e.Flag("lowercase", true)),
    };

    private static readonly Dictionary<string, Func<JsonElement, IPreTokenizer>> PreTokenizers = new(StringComparer.Ordinal)
    {
        ["Sequence"] = e => new PreTokenizerSequence([.. e.GetProperty("pretokenizers").EnumerateArray().Select(PreTokenizer)]),
        ["ByteLevel"] = e => new ByteLevelPreTokenizer(e.Flag("add_prefix_space", true), e.Flag("use_regex", true)),
        ["Metaspace"] = e => new MetaspacePreTokenizer(Mark(e), Prefix(e), e.Flag("split", true)),
        ["Split"] = e => new PatternPreTokenizer(Pattern(e), Behavior(e), e.Flag("invert")),
        ["Whitespace"] = _ => new WordPreTokenizer(),
        ["WhitespaceSplit"] = _ => new CharacterPreTokenizer(Rune.IsWhiteSpace, SplitBehavior.Removed),
        ["BertPreTokenizer"] = _ => new PreTokenizerSequence(
            [new CharacterPreTokenizer(Rune.IsWhiteSpace, SplitBehavior.Removed),
                new CharacterPreTokenizer(CodePoints.IsPunctuation, SplitBehavior.Isolated)]),
        ["Digits"] = e => new CharacterPreTokenizer(Rune.IsNumber, e.Flag("individual_digits")
            ? SplitBehavior.Isolated
            : SplitBehavior.Contiguous),
        ["Punctuation"] = e => new CharacterPreTokenizer(CodePoints.IsPunctuation, Behavior(e)),
        ["CharDelimiterSplit"] = e =>
            new PatternPreTokenizer(CodePointPattern.Literal(e.GetProperty("delimiter").GetString()!), SplitBehavior.Removed,
                inverts: false),
    };

    private static readonly Dictionary<string, Func<JsonElement, IPieceDecoder>> Decoders = new(StringComparer.Ordinal)
    {
        ["Sequence"] = e => new DecoderSequence([.. e.GetProperty("decoders").EnumerateArray().Select(Decoder)]),
        ["ByteLevel"] = _ => new ByteLevelDecoder(),
        ["Metaspace"] = e => new MetaspaceDecoder(Mark(e), Prefix(e) != MetaspacePrefix.Never),
        ["WordPiece"] = e => new WordPieceDecoder(e.Text("prefix") ?? "##", e.Flag("cleanup", true)),
        ["BPEDecoder"] = e => new SuffixDecoder(e.Text("suffix") ?? "</w>"),
        ["ByteFallback"] = _ => new ByteFallbackDecoder(readsBrokenRuns: false),
        ["Fuse"] = _ => new FuseDecoder(),
        ["Replace"] = e => new ReplaceDecoder(Pattern(e), e.GetProperty("content").GetString()!),
        ["Strip"] = e => new StripDecoder(Character(e, "content"), e.GetProperty("start").GetInt32(), e.GetProperty("stop").GetInt32()),
    };

    private static readonly Dictionary<string, SplitBehavior> Behaviors = Enum.GetValues<SplitBehavior>()
        .ToDictionary(behavior => behavior.ToString());
    private static readonly Dictionary<string, MetaspacePrefix> Prefixes = new(StringComparer.Ordinal)
    {
        ["always"] = MetaspacePrefix.Always,
        ["first"] = MetaspacePrefix.First,
        ["never"] = MetaspacePrefix.Never,
    };

    /// <summary>The normalizer of an element.</summary>
    /// <exception cref="FormatException">It is of a type that is not supported, or is broken.</exception>
    public static INormalizer Normalizer(JsonElement element) => Read(Normalizers, element, "normalizer");

    /// <summary>The pre-tokenizer of an element.</summary>
    /// <exception cref="FormatException">It is of a type that is not supported, or is broken.</exception>
    public static IPreTokenizer PreTokenizer(JsonElement element) => Read(PreTokenizers, element, "pre-tokenizer");

    /// <summary>The decoder of an element.</summary>
    /// <exception cref="FormatException">It is of a type that is not supported, or is broken.</exception>
    public static IPieceDecoder Decoder(JsonElement element) => Read(Decoders, element, "decoder");

    private static T Read<T>(Dictionary<string, Func<JsonElement, T>> types, JsonElement element, string kind)
    {
        var type = element.Text("type") ?? "";
        return types.TryGetValue(type, out var read)
            ? read(element)
            : throw new FormatException($"its {kind} is of type '{type}'; known are {string.Join(", ", types.Keys)}");
    }

    private static NormalizerSequence Precompiled(JsonElement element) =>
        new(CharacterMap.Read(Convert.FromBase64String(element.Text("precompiled_charsmap") ?? "")) is { } map
            ? [new PrecompiledNormalizer(map)]
            : []);

    private static CodePointPattern Pattern(JsonElement element)
    {
        var pattern = element.GetProperty("pattern");
        return pattern.Text("String") is { } literal
            ? CodePointPattern.Literal(literal)
            : CodePointPattern.Expression(pattern.GetProperty("Regex").GetString()!);
    }

    private static SplitBehavior Behavior(JsonElement element)
    {
        var name = element.Text("behavior") ?? nameof(SplitBehavior.Isolated);
        return Behaviors.TryGetValue(name, out var behavior)
            ? behavior
            : throw new FormatException($"it splits with the behavior '{name}'; known are {string.Join(", ", Behaviors.Keys)}");
    }

    private static MetaspacePrefix Prefix(JsonElement element) =>
        element.Text("prepend_scheme") is not { } scheme ? (element.Flag("add_prefix_space", true)
            ? MetaspacePrefix.Always
            : MetaspacePrefix.Never)
        : Prefixes.TryGetValue(scheme, out var prefix) ? prefix
        : throw new FormatException($"it has the prepend_scheme '{scheme}'; known are {string.Join(", ", Prefixes.Keys)}");

    private static char Mark(JsonElement element) => Character(element, "replacement");

    private static char Character(JsonElement element, string key) =>
        element.Text(key) is [var only]
            ? only
            : throw new FormatException($"its '{key}' is '{element.Text(key)}', which is not one character");
}
