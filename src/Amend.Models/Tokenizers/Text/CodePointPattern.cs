using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Amend.Models.Tokenizers.Text;

/// <summary>
/// A text or a regular expression to look for by code points. .NET's expressions see the two halves of a surrogate pair, of
/// which none is a letter; here each character beyond U+FFFF is looked at through one of the same category below it.
/// </summary>
internal sealed class CodePointPattern
{
    private const int FirstStandIn = 0xA000; // Yi and later: scripts that no tokenizer's expression names.
    private static readonly Dictionary<UnicodeCategory, char> StandIns = FindStandIns();
    private readonly Regex? _expression;
    private readonly string _literal;

    private CodePointPattern(string literal, Regex? expression)
    {
        _literal = literal;
        _expression = expression;
    }

    /// <summary>Looks for a text as it is.</summary>
    public static CodePointPattern Literal(string text) => new(text, null);

    /// <summary>Looks for a regular expression of the Oniguruma kind that tokenizer files hold.</summary>
    /// <exception cref="FormatException">The expression uses what .NET's lack.</exception>
    public static CodePointPattern Expression(string expression)
    {
        try
        {
            return new CodePointPattern(expression,
                new Regex(OnigurumaClasses.Flatten(expression), RegexOptions.CultureInvariant | RegexOptions.Compiled));
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"the regular expression '{expression}' is not understood ({e.Message})", e);
        }
    }

    /// <summary>Where the pattern is found, from left to right, in UTF-16 units.</summary>
    public IEnumerable<(int Start, int End)> Matches(string text) => _expression is null ? Literals(text) : Expressions(_expression, text);

    private IEnumerable<(int Start, int End)> Literals(string text)
    {
        if (_literal.Length == 0)
            yield break;
        for (var at = text.IndexOf(_literal, StringComparison.Ordinal); at >= 0; at = text.IndexOf(_literal, at + _literal.Length,
            StringComparison.Ordinal))
            yield return (at, at + _literal.Length);
    }

    private static IEnumerable<(int Start, int End)> Expressions(Regex expression, string text)
    {
        var (seen, places) = Seen(text);
        for (var match = expression.Match(seen); match.Success; match = match.NextMatch())
        {
            var (start, end) = (match.Index, match.Index + match.Length);
            yield return places is null ? (start, end) : (places[start], places[end]);
        }
    }

    /// <summary>The text with one unit a code point and, where that differs from the text, the place of each unit.</summary>
    private static (string Seen, int[]? Places) Seen(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
            return (text, null);
        var seen = new StringBuilder(text.Length);
        var places = new List<int>(text.Length + 1);
        for (var at = 0; at < text.Length;)
        {
            var rune = CodePoints.At(text, at, out var length);
            seen.Append(rune.IsBmp ? (char)rune.Value : StandIns[Rune.GetUnicodeCategory(rune)]);
            places.Add(at);
            at += length;
        }

        places.Add(text.Length);
        return (seen.ToString(), [.. places]);
    }

    private static Dictionary<UnicodeCategory, char> FindStandIns()
    {
        var found = new Dictionary<UnicodeCategory, char>();
        foreach (var value in Enumerable.Range(FirstStandIn, 0x10000 - FirstStandIn).Concat(Enumerable.Range(0x100, FirstStandIn - 0x100)))
            found.TryAdd(char.GetUnicodeCategory((char)value), (char)value);
        return found;
    }
}
