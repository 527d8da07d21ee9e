using System.Globalization;
using System.Runtime.CompilerServices;

namespace Amend.Models.Chat.Jinja;

/// <summary>Compiles expressions; from the loosest binding to the tightest, one method a level.</summary>
internal sealed class JinjaExpressionParser(JinjaTokens tokens)
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

    private static readonly Dictionary<string, Func<object?, object?, bool>> Comparisons = new(StringComparer.Ordinal)
    {
        ["=="] = JinjaValues.AreEqual,
        ["!="] = (left, right) => !JinjaValues.AreEqual(left, right),
        ["<"] = (left, right) => JinjaValues.Compare(left, right) < 0,
        ["<="] = (left, right) => JinjaValues.Compare(left, right) <= 0,
        [">"] = (left, right) => JinjaValues.Compare(left, right) > 0,
        [">="] = (left, right) => JinjaValues.Compare(left, right) >= 0,
    };

    private static readonly Dictionary<string, Func<object?, object?, object?>> Products = new(StringComparer.Ordinal)
    {
        ["*"] = (left, right) => JinjaValues.Calculate(left, right, "multiplied", (a, b) => a * b, (a, b) => a * b),
        ["%"] = (left, right) => JinjaValues.Calculate(left, right, "divided", (a, b) => ((a % b) + b) % b, (a, b) => a - (b * Math.Floor(a / b))),
        ["//"] = (left, right) => JinjaValues.Calculate(left, right, "divided", (a, b) => (a - (((a % b) + b) % b)) / b, (a, b) => Math.Floor(a / b)),
        ["/"] = (left, right) => JinjaValues.Calculate(JinjaValues.Calculate(left, 1.0, "divided", (a, _) => a, (a, _) => a), right, "divided", (a, b) => a / b, (a, b) => b == 0 ? throw new DivideByZeroException() : a / b),
    };

    /// <summary>An expression, with <c>a if b else c</c>.</summary>
    public JinjaExpression Parse()
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var value = Either();
        while (tokens.TryTake("if"))
        {
            var (then, condition) = (value, Either());
            JinjaExpression otherwise = tokens.TryTake("else") ? Parse() : _ => Undefined.Value;
            value = scope => JinjaValues.IsTrue(condition(scope)) ? then(scope) : otherwise(scope);
        }

        return value;
    }

    /// <summary>An expression without <c>if</c>, as it stands in a <c>for</c>.</summary>
    public JinjaExpression Either()
    {
        var left = Both();
        while (tokens.TryTake("or"))
        {
            var (first, second) = (left, Both());
            left = scope => first(scope) is var value && JinjaValues.IsTrue(value) ? value : second(scope);
        }

        return left;
    }

    /// <summary>The arguments of a call behind its opening parenthesis.</summary>
    public Func<JinjaScope, (List<object?> Arguments, Dictionary<string, object?> Named)> Arguments()
    {
        var (inOrder, named) = (new List<JinjaExpression>(), new List<(string Name, JinjaExpression Value)>());
        while (!tokens.TryTake(")"))
        {
            if (tokens.Present.Kind == TokenKind.Name && tokens.Following is { Kind: TokenKind.Sign, Text: "=" })
            {
                var name = tokens.Name();
                tokens.Expect("=");
                named.Add((name, Parse()));
            }
            else
            {
                inOrder.Add(Parse());
            }

            if (!tokens.Is(")"))
                tokens.Expect(",");
        }

        return scope => ([.. inOrder.Select(value => value(scope))], named.ToDictionary(entry => entry.Name, entry => entry.Value(scope)));
    }

    private JinjaExpression Both()
    {
        var left = Negated();
        while (tokens.TryTake("and"))
        {
            var (first, second) = (left, Negated());
            left = scope => first(scope) is var value && !JinjaValues.IsTrue(value) ? value : second(scope);
        }

        return left;
    }

    private JinjaExpression Negated()
    {
        if (!tokens.TryTake("not"))
            return Compared();
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var value = Negated();
        return scope => !JinjaValues.IsTrue(value(scope));
    }

    private JinjaExpression Compared()
    {
        var first = Sum();
        var rest = new List<(Func<object?, object?, bool> Holds, JinjaExpression Value)>();
        while (Comparison() is { } holds)
            rest.Add((holds, Sum()));
        return rest.Count == 0 ? first : scope =>
        {
            var left = first(scope);
            foreach (var (holds, value) in rest)
            {
                var right = value(scope);
                if (!holds(left, right))
                    return false;
                left = right;
            }

            return true;
        };
    }

    private Func<object?, object?, bool>? Comparison()
    {
        if (tokens.Present.Kind == TokenKind.Sign && Comparisons.TryGetValue(tokens.Present.Text, out var comparison))
        {
            tokens.Take();
            return comparison;
        }

        if (tokens.TryTake("in"))
            return (left, right) => JinjaValues.Contains(right, left);
        if (!tokens.Is("not") || tokens.Following.Text != "in")
            return null;
        tokens.Take();
        tokens.Take();
        return (left, right) => !JinjaValues.Contains(right, left);
    }

    private JinjaExpression Sum()
    {
        var left = Joined();
        while (tokens.Is("+") || tokens.Is("-"))
        {
            var (isSum, first, second) = (tokens.Take().Text == "+", left, Joined());
            left = isSum
                ? scope => JinjaValues.Add(first(scope), second(scope))
                : scope => JinjaValues.Calculate(first(scope), second(scope), "subtracted", (a, b) => a - b, (a, b) => a - b);
        }

        return left;
    }

    private JinjaExpression Joined()
    {
        var left = Product();
        while (tokens.TryTake("~"))
        {
            var (first, second) = (left, Product());
            left = scope => JinjaValues.Text(first(scope)) + JinjaValues.Text(second(scope));
        }

        return left;
    }

    private JinjaExpression Product()
    {
        var left = Signed();
        while (tokens.Present.Kind == TokenKind.Sign && Products.TryGetValue(tokens.Present.Text, out var product))
        {
            tokens.Take();
            var (first, second) = (left, Signed());
            left = scope => product(first(scope), second(scope));
        }

        return left;
    }

    private JinjaExpression Signed()
    {
        if (!tokens.TryTake("-"))
            return Filtered(new JinjaPostfixParser(tokens, this).Parse(Primary()));
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var value = Signed();
        return scope => JinjaValues.Calculate(0L, value(scope), "negated", (a, b) => a - b, (a, b) => a - b);
    }

    private JinjaExpression Filtered(JinjaExpression value)
    {
        while (tokens.Is("|") || tokens.Is("is"))
        {
            var inner = value;
            if (tokens.Take().Text == "|")
            {
                var filter = JinjaFilters.Find(tokens.Name());
                var arguments = tokens.TryTake("(") ? Arguments() : _ => ([], []);
                value = scope => arguments(scope) is var (given, named) ? filter(inner(scope), given, named) : null;
            }
            else
            {
                var isNegated = tokens.TryTake("not");
                var test = JinjaTests.Find(tokens.Name());
                var arguments = TestArguments();
                value = scope => test(inner(scope), arguments(scope)) != isNegated;
            }
        }

        return value;
    }

    /// <summary>A test's arguments: in parentheses, or one value behind it.</summary>
    private Func<JinjaScope, List<object?>> TestArguments()
    {
        if (tokens.TryTake("("))
        {
            var arguments = Arguments();
            return scope => arguments(scope).Arguments;
        }

        if (tokens.Present.Kind is not (TokenKind.Text or TokenKind.Integer or TokenKind.Float) && !tokens.Is("["))
            return _ => [];
        var only = new JinjaPostfixParser(tokens, this).Parse(Primary());
        return scope => [only(scope)];
    }

    private JinjaExpression Primary()
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
            return _ => new List<object?>();
        var first = Parse();
        if (tokens.TryTake(")"))
            return first;
        tokens.Expect(",");
        return Listed([first, .. Values(")")]);
    }

    private static JinjaExpression Listed(List<JinjaExpression> values) => scope => values.Select(value => value(scope)).ToList();

    private List<JinjaExpression> Values(string close)
    {
        var values = new List<JinjaExpression>();
        while (!tokens.TryTake(close))
        {
            values.Add(Parse());
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
            var key = Parse();
            tokens.Expect(":");
            entries.Add((key, Parse()));
            if (!tokens.Is("}"))
                tokens.Expect(",");
        }

        return scope => entries.ToDictionary(entry => JinjaValues.Text(entry.Key(scope)), entry => entry.Value(scope));
    }
}
