using System.Text;
using System.Text.RegularExpressions;

namespace Amend.Models.Tokenizers.Text;

/// <summary>
/// A text or a regular expression to look for by code points. .NET's expressions see the two halves of a surrogate pair, of
/// which none is a letter; here each character beyond U+FFFF is looked at through one below it (<see cref="StandIns"/>).
/// </summary>
internal sealed class CodePointPattern
{
    private readonly (Regex Regex, StandIns StandIns)? _expression;
    private readonly string _literal;

    private CodePointPattern(string literal, (Regex Regex, StandIns StandIns)? expression)
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
            var standIns = StandIns.For(expression);
            var regex = new Regex(OnigurumaClasses.Flatten(standIns.Expression), RegexOptions.CultureInvariant | RegexOptions.Compiled);
            return new CodePointPattern(expression, (regex, standIns));
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"the regular expression '{expression}' is not understood ({e.Message})", e);
        }
    }

    /// <summary>Where the pattern is found, from left to right, in UTF-16 units.</summary>
    public IEnumerable<(int Start, int End)> Matches(string text) => 
        _expression is var (regex, standIns) ? Expressions(regex, standIns, text) : Literals(text);

    private IEnumerable<(int Start, int End)> Literals(string text)
    {
        if (_literal.Length == 0)
            yield break;
        for (var at = text.IndexOf(_literal, StringComparison.Ordinal); at >= 0; at = text.IndexOf(_literal, at + _literal.Length,
            StringComparison.Ordinal))
            yield return (at, at + _literal.Length);
    }

    private static IEnumerable<(int Start, int End)> Expressions(Regex expression, StandIns standIns, string text)
    {
        var (seen, places) = Seen(text, standIns);
        for (var match = expression.Match(seen); match.Success; match = match.NextMatch())
        {
            var (start, end) = (match.Index, match.Index + match.Length);
            yield return places is null ? (start, end) : (places[start], places[end]);
        }
    }

    /// <summary>The text with one unit a code point and, where that differs from the text, the place of each unit.</summary>
    private static (string Seen, int[]? Places) Seen(string text, StandIns standIns)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
            return (text, null);
        var seen = new StringBuilder(text.Length);
        var places = new List<int>(text.Length + 1);
        for (var at = 0; at < text.Length;)
        {
            var rune = CodePoints.At(text, at, out var length);
            seen.Append(rune.IsBmp ? (char)rune.Value : standIns.Of(rune));
            places.Add(at);
            at += length;
        }

        places.Add(text.Length);
        return (seen.ToString(), [.. places]);
    }
}
