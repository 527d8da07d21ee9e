using System.Text.RegularExpressions;

namespace Amend.Evaluation.Metrics.Text;

/// <summary>
/// Words in the manner of the Penn Treebank, as nltk's word tokenizer gives them: punctuation stands alone, a full stop only at a
/// sentence's end, quotes become <c>``</c> and <c>''</c>, and contractions are two words (<c>is n't</c>). GE counts these words.
/// The rules are applied one after the other, each setting spaces, and the result is split at white space.
/// </summary>
/// <remarks>nltk finds sentences with a trained model; <see cref="Sentences"/> has rules instead, so full stops can differ.</remarks>
public static class TreebankWords
{
    private const RegexOptions AnyCase = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    private static readonly (Regex Pattern, string Replacement)[] Rules =
    [
        .. OpeningQuotes(), .. Punctuation(), .. Brackets(), .. ClosingQuotes(), .. Contractions(),
    ];

    /// <summary>The words of a text, sentence by sentence.</summary>
    public static IReadOnlyList<string> Of(string text) => [.. Sentences.Of(text).SelectMany(OfSentence)];

    /// <summary>The words of one sentence.</summary>
    public static IReadOnlyList<string> OfSentence(string sentence)
    {
        var text = sentence;
        foreach (var (pattern, replacement) in Rules)
            text = pattern.Replace(text, replacement);
        return text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
    }

    private static (Regex, string)[] OpeningQuotes() =>
    [
        Rule("[«“‘„]|`+", " $0 "),
        Rule("^\"", " `` "),
        Rule(@"(?<=[ (\[{<])(?:""|'')", " `` "),
        (new Regex(@"'(?!re|ve|ll|m|t|s|d|n)(?=\w\b)", AnyCase), "' "),
    ];

    private static (Regex, string)[] Punctuation() =>
    [
        Rule(@"(?<=[^.])\.(?=[\])}>""'»”’ ]*\s*$)", " . "),
        Rule(@"([:,])(\D)", " $1 $2"),
        Rule("[:,]$", " $0 "),
        Rule(@"\.{2,}", " $0 "),
        Rule("[;@#$%&?!*]", " $0 "),
        Rule("([^'])' ", "$1 ' "),
    ];

    private static (Regex, string)[] Brackets() =>
    [
        Rule(@"[\][(){}<>]", " $0 "),
        Rule("--", " $0 "),
        Rule("^|$", " "),
    ];

    private static (Regex, string)[] ClosingQuotes() =>
    [
        Rule("[»”’]", " $0 "),
        Rule("''|\"", " '' "),
        (new Regex("([^' ])('[smd]?) ", AnyCase), "$1 $2 "),
        Rule("([^' ])('ll|'LL|'re|'RE|'ve|'VE|n't|N'T) ", "$1 $2 "),
    ];

    private static (Regex, string)[] Contractions() =>
    [
        (
            new Regex(@"\b(can)(not)\b|\b(d)('ye)\b|\b(gim|lem)(me)\b|\b(gon|wan)(na)\b|\b(got)(ta)\b|\b(more)('n)\b", AnyCase),
            " $1$3$5$7$9$11 $2$4$6$8$10$12 "),
        (new Regex(@" ('t)(is|was)\b", AnyCase), " $1 $2 "),
    ];

    private static (Regex, string) Rule(string pattern, string replacement) =>
        (new Regex(pattern, RegexOptions.CultureInvariant), replacement);
}
