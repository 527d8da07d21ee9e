using System.Text;

namespace Amend.Models.Tokenizers.Text;

/// <summary>Rewrites the nested character classes of Oniguruma's regular expressions, as in BLOOM's tokenizer, for .NET, which has none.</summary>
internal static class OnigurumaClasses
{
    /// <summary>The expression with the brackets of nested classes taken out; a class in a class is their union.</summary>
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
                flat.Append(character).Append(expression[++at]);
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

    private static FormatException Refusal(string expression) =>
        new($"the regular expression '{expression}' has a negated class, a named class or an intersection inside a class, which is not supported");
}
