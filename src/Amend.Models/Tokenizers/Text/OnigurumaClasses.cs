using System.Text;

namespace Amend.Models.Tokenizers.Text;

/// <summary>
/// Rewrites the classes of Oniguruma's regular expressions for .NET: nested ones, as in BLOOM's tokenizer, which .NET lacks, and
/// <c>\w</c>, which is letters, all marks, all numbers and connectors there (doc/RE of Oniguruma) and less in .NET.
/// </summary>
internal static class OnigurumaClasses
{
    private const string Word = @"\p{L}\p{M}\p{N}\p{Pc}";
    private const string NoWord = @"\p{Pd}\p{Ps}\p{Pe}\p{Pi}\p{Pf}\p{Po}\p{S}\p{Z}\p{C}";

    /// <summary>The escapes that ask for words, outside of a class.</summary>
    private static readonly Dictionary<char, string> Words = new()
    {
        ['w'] = $"[{Word}]",
        ['W'] = $"[^{Word}]",
        ['b'] = $"(?:(?<=[{Word}])(?![{Word}])|(?<![{Word}])(?=[{Word}]))",
        ['B'] = $"(?:(?<=[{Word}])(?=[{Word}])|(?<![{Word}])(?![{Word}]))",
    };

    /// <summary>The escapes that ask for words, in a class, which holds categories alone.</summary>
    private static readonly Dictionary<char, string> WordsInClass = new() { ['w'] = Word, ['W'] = NoWord };

    /// <summary>
    /// The expression with the brackets of nested classes taken out and the categories of words put in; a class in a class is their
    /// union.
    /// </summary>
    /// <exception cref="FormatException">A nested class is negated or an intersection.</exception>
    public static string Flatten(string expression)
    {
        var flat = new StringBuilder(expression.Length);
        var depth = 0;
        for (var at = 0; at < expression.Length; at++)
        {
            var character = expression[at];
            if (character == '\\' && at + 1 < expression.Length)
            {
                flat.Append(Escape(expression[++at], inClass: depth > 0));
                continue;
            }

            if (character == '[' && depth++ > 0)
            {
                if (at + 1 < expression.Length && expression[at + 1] is '^' or ':')
                    throw Refusal(expression);
                continue;
            }

            if (character == ']' && depth > 0 && --depth > 0)
                continue;
            if (depth > 0 && character == '&' && at + 1 < expression.Length && expression[at + 1] == '&')
                throw Refusal(expression);
            flat.Append(character);
        }

        return flat.ToString();
    }

    private static string Escape(char letter, bool inClass) => (inClass ? WordsInClass : Words).GetValueOrDefault(letter, $"\\{letter}");

    private static FormatException Refusal(string expression) =>
        new($"the regular expression '{expression}' has a negated class, a named class or an intersection inside a class, "
            + "which is not supported");
}
