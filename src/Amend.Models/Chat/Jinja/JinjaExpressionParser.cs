using System.Runtime.CompilerServices;

namespace Amend.Models.Chat.Jinja;

/// <summary>Compiles expressions; from the loosest binding to the tightest, one method a level.</summary>
internal sealed class JinjaExpressionParser(JinjaTokens tokens)
{
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
        ["*"] = JinjaValues.Multiply,
        ["%"] = (left, right) =>
            JinjaValues.Calculate(left, right, "divided", (a, b) => ((a % b) + b) % b, (a, b) => a - (b * Math.Floor(a / b))),
        ["//"] = (left, right) =>
            JinjaValues.Calculate(left, right, "divided", (a, b) => (a - (((a % b) + b) % b)) / b, (a, b) => Math.Floor(a / b)),
        ["/"] = (left, right) =>
            JinjaValues.Calculate(JinjaValues.Calculate(left, 1.0, "divided", (a, _) => a, (a, _) => a), right, "divided", (a, b) => a / b,
                (a, b) => b == 0 ? throw new DivideByZeroException() : a / b),
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

    /// <summary>A value with its sign; a filter behind it is of the signed value.</summary>
    private JinjaExpression Signed(bool isFiltered = true)
    {
        JinjaExpression value;
        if (tokens.TryTake("-"))
        {
            RuntimeHelpers.EnsureSufficientExecutionStack();
            var positive = Signed(isFiltered: false);
            value = scope => JinjaValues.Calculate(-1L, positive(scope), "negated", (a, b) => a * b, (a, b) => a * b);
        }
        else
        {
            value = Value();
        }

        return isFiltered ? Filtered(value) : value;
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
        var only = Value();
        return scope => [only(scope)];
    }

    /// <summary>A value with all that stands directly behind it.</summary>
    private JinjaExpression Value() => new JinjaPostfixParser(tokens, this).Parse(new JinjaPrimaryParser(tokens, this).Parse());
}
