using System.Globalization;

namespace Amend.Models.Chat.Jinja;

/// <summary>Compiles what an expression is made of: texts, numbers, names, and lists, tuples and dictionaries of expressions.</summary>
internal sealed class JinjaPrimaryParser(JinjaTokens tokens, JinjaExpressionParser expressions)
{
    private static readonly Dictionary<string, object?> Constants = new(StringComparer.Ordinal)
    {
        ["true"] = true,
        ["True"] = true,
        ["false"] = false,
        ["False"] = false,
        ["none"] = null,
        ["None"] = null,
    };

    /// <summary>The value.</summary>
    /// <exception cref="FormatException">Something else stands there.</exception>
    public JinjaExpression Parse()
    {
        var token = tokens.Take();
        switch (token.Kind)
        {
            case TokenKind.Text:
                var text = token.Text;
                while (tokens.Present.Kind == TokenKind.Text)
                    text += tokens.Take().Text;
                return _ => text;
            case TokenKind.Integer:
                var integer = long.Parse(token.Text, CultureInfo.InvariantCulture);
                return _ => integer;
            case TokenKind.Float:
                var number = double.Parse(token.Text, NumberStyles.Float, CultureInfo.InvariantCulture);
                return _ => number;
            case TokenKind.Name:
                return Constants.TryGetValue(token.Text, out var constant) ? _ => constant : scope => scope.Get(token.Text);
            default:
                return token.Text switch
                {
                    "(" => Parenthesized(),
                    "[" => Listed(Values("]")),
                    "{" => Dictionary(),
                    _ => throw tokens.Refusal($"a value is expected, not '{token.Text}'"),
                };
        }
    }

    private JinjaExpression Parenthesized()
    {
        if (tokens.TryTake(")"))
            return _ => new JinjaTuple([]);
        var first = expressions.Parse();
        if (tokens.TryTake(")"))
            return first;
        tokens.Expect(",");
        List<JinjaExpression> values = [first, .. Values(")")];
        return scope => new JinjaTuple(values.Select(value => value(scope)));
    }

    private static JinjaExpression Listed(List<JinjaExpression> values) => scope => values.Select(value => value(scope)).ToList();

    private List<JinjaExpression> Values(string close)
    {
        var values = new List<JinjaExpression>();
        while (!tokens.TryTake(close))
        {
            values.Add(expressions.Parse());
            if (!tokens.Is(close))
                tokens.Expect(",");
        }

        return values;
    }

    private JinjaExpression Dictionary()
    {
        var entries = new List<(JinjaExpression Key, JinjaExpression Value)>();
        while (!tokens.TryTake("}"))
        {
            var key = expressions.Parse();
            tokens.Expect(":");
            entries.Add((key, expressions.Parse()));
            if (!tokens.Is("}"))
                tokens.Expect(",");
        }

        return scope => entries.ToDictionary(entry => JinjaValues.Text(entry.Key(scope)), entry => entry.Value(scope));
    }
}
