using System.Text;
using Amend.Models.Configuration;
using Amend.Models.Tokenizers.PreTokenization;
using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tokenizers.Gguf;

/// <summary>
/// How a byte-level tokenizer cuts a text into words, by the name in <c>tokenizer.ggml.pre</c>. The rules are those of the published
/// models' tokenizers; a text is cut by the first, each part by the next.
/// </summary>
/// <param name="Names">The names that stand for them.</param>
/// <param name="Make">Makes the rules, the words in the stand-ins of their bytes.</param>
internal sealed record GgufWordRules(IReadOnlyList<string> Names, Func<IPreTokenizer> Make)
{
    /// <summary>The name of the rules by which files were read before they named any.</summary>
    public const string Default = "default";

    /// <summary>
    /// A text of which no two of the rules make the same words, unless merges part them: contractions and capitals, runs of digits, signs,
    /// spaces and line ends, several scripts. Its characters are composed, because no file says whether they are to be.
    /// </summary>
    public const string Sample =
        "Amend 1 22 333 4444 1234567 it's IT'S we'LL x=y; a_b (c)  d\t\te\n\nf \n g\r\nh   'tis «é» HelloWorld ABCdef 東京 カタカナ 한국어 "
        + "नमस्ते। ١٢٣ price$5+`<a|b>^~… 🚀 end...";

    private const string Gpt2 = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)";

    private const string Gpt2Signs = @"[\p{P}\$\+<=>\^~\|]+";

    private const string CapitalsApart =
        @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|"
        + @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|"
        + @"\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private const string UpToSigns = " ?[^(\\s|.,!?\u2026\u3002\uff0c\u3001\u0964\u06d4\u060c)]+";

    private const string CjkOfDeepSeek = "[\u4e00-\u9fa5\u0800-\u4e00\uac00-\ud7ff]+";

    private static readonly GgufWordRules[] All =
    [
        new(["gpt-2", "phi-2", "mpt", "olmo", "jais", "roberta-bpe"], () => new ByteLevelPreTokenizer(addsSpace: false, splits: true)),
        new(["smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b"],
            () => new PreTokenizerSequence(
            [
                new CharacterPreTokenizer(Rune.IsNumber, SplitBehavior.Isolated), new ByteLevelPreTokenizer(addsSpace: false, splits: true),
            ])),
        new(["llama-bpe", "llama3", "llama-v3", "falcon3"], () => Patterns(SignsInFront(@"\p{N}{1,3}")))
            { Begins = true, IgnoresMerges = true },
        new(["dbrx", "smaug-bpe", "chatglm-bpe", "glm4"], () => Patterns(SignsInFront(@"\p{N}{1,3}"))),
        new(["qwen2", "deepseek-r1-qwen", "stablelm2", "hunyuan", "megrez"], () => Patterns(SignsInFront(@"\p{N}"))),
        new(["tekken"], () => Patterns(CapitalsApart)) { Begins = true, IgnoresMerges = true },
        new(["falcon"], () => Patterns(@"[\p{P}\$\+<=>\^~\|`]+", Gpt2, "[0-9][0-9][0-9]")),
        new(["deepseek-coder"], () => Patterns(@"[\r\n]", @"\s?\p{L}+", @"\s?\p{P}+", CjkOfDeepSeek, @"\p{N}")),
        new(["bloom", "poro-chat", "gpt3-finnish"], () => Patterns(UpToSigns)),
        new(["viking"], () => Patterns(UpToSigns, @"\p{N}")),
        new([Default], () => Patterns(Gpt2Signs, Gpt2, @"\p{N}+", "[0-9][0-9][0-9]")),
    ];

    /// <summary>Whether a text gets the token that begins one where the file does not say; false by default.</summary>
    public bool Begins { get; init; }

    /// <summary>Whether a word that is a piece is taken whole, without looking at the merges; false by default.</summary>
    public bool IgnoresMerges { get; init; }

    /// <summary>The rules that a file names; those by which files were read before they named any, where it names none.</summary>
    /// <exception cref="ModelFormatException">No rules have the name.</exception>
    public static GgufWordRules Find(GgufVocabulary vocabulary)
    {
        var name = vocabulary.PreTokenizer ?? Default;
        return Array.Find(All, rules => rules.Names.Contains(name)) ?? throw new ModelFormatException(
            $"'{vocabulary.Path}' cuts texts into words by the rules '{name}' (tokenizer.ggml.pre), which are not known here, and "
            + $"others would give other tokens; known: {string.Join(", ", All.SelectMany(rules => rules.Names))}.");
    }

    /// <summary>The rules that cut a text into a tokenizer's words, as far as <see cref="Sample"/> tells; null where none do.</summary>
    /// <param name="words">The tokenizer's words of the text.</param>
    /// <param name="ignoresMerges">Whether it takes a word that is a piece whole.</param>
    public static GgufWordRules? Like(IEnumerable<string> words, bool ignoresMerges)
    {
        string[] asked = [.. words];
        return Array.Find(All, rules => rules.IgnoresMerges == ignoresMerges && rules.Words(Sample).SequenceEqual(asked));
    }

    /// <summary>The words of a text, in the stand-ins of their bytes.</summary>
    public IEnumerable<string> Words(string text) =>
        Make().Split(AlignedText.Of(text, 0, text.Length), TextPlace.Begins).Select(word => word.Text);

    /// <summary>Words with any sign in front of their letters, numbers by a pattern of their own, signs with line ends behind.</summary>
    private static string SignsInFront(string numbers) =>
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|" + numbers + @"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private static PreTokenizerSequence Patterns(params string[] patterns) => new(
    [
        .. from pattern in patterns
           select new PatternPreTokenizer(CodePointPattern.Expression(pattern), SplitBehavior.Isolated, inverts: false),
        new ByteLevelPreTokenizer(addsSpace: false, splits: false),
    ]);
}
