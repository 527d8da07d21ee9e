namespace Amend.Models.Chat.Jinja;

/// <summary>Compiles what stands directly behind a value: members, indices, slices and calls.</summary>
internal sealed class JinjaPostfixParser(JinjaTokens tokens, JinjaExpressionParser expressions)
{
    /// <summary>The value with all that stands behind it.</summary>
    public JinjaExpression Parse(JinjaExpression value)
    {
        while (true)
        {
            var inner = value;
            if (tokens.TryTake("."))
            {
                var name = tokens.Name();
                value = scope => JinjaMethods.Member(inner(scope), name);
            }
            else if (tokens.TryTake("["))
            {
                value = Index(inner);
            }
            else if (tokens.TryTake("("))
            {
                var arguments = expressions.Arguments();
                value = scope => Call(inner(scope), arguments(scope));
            }
            else
            {
                return value;
            }
        }
    }

    private static object? Call(object? function, (List<object?> Arguments, Dictionary<string, object?> Named) call) =>
        function is JinjaFunction callable
            ? callable(call.Arguments, call.Named)
            : throw new FormatException($"{JinjaValues.Kind(function)} cannot be called");

    private JinjaExpression Index(JinjaExpression value)
    {
        var parts = new List<JinjaExpression?> { tokens.Is(":") ? null : expressions.Parse() };
        while (tokens.TryTake(":"))
            parts.Add(tokens.Is(":") || tokens.Is("]") ? null : expressions.Parse());
        tokens.Expect("]");
        if (parts is [{ } index])
            return scope => At(value(scope), index(scope));
        return scope => Slice(value(scope), [.. parts.Select(part => part?.Invoke(scope) as long?)]);
    }

    private static object? At(object? value, object? index)
    {
        if (value is Dictionary<string, object?> entries)
            return index is string key && entries.TryGetValue(key, out var entry) ? entry : Undefined.Value;
        if (value is string or List<object?> && index is long at)
        {
            var items = JinjaValues.Items(value);
            var place = at < 0 ? at + items.Count : at;
            return place >= 0 && place < items.Count ? items[(int)place] : Undefined.Value;
        }

        return index is string name
            ? JinjaMethods.Member(value, name)
            : throw new FormatException($"{JinjaValues.Kind(value)} has no item at {JinjaValues.Kind(index)}");
    }

    /// <summary>Python's slices: from, to and step, each of which may be missing.</summary>
    private static object Slice(object? value, long?[] parts)
    {
        var items = JinjaValues.Items(value);
        var step = parts.Length > 2 ? parts[2] ?? 1 : 1;
        if (step == 0)
            throw new FormatException($"a slice of {items.Count} items has the step {step}");
        long Bound(long? given, long otherwise) =>
            given is not { } bound ? otherwise
            : Math.Clamp(bound < 0 ? bound + items.Count : bound, step > 0 ? 0 : -1, step > 0 ? items.Count : items.Count - 1);
        var (start, end) = (Bound(parts[0], step > 0 ? 0 : items.Count - 1), Bound(parts[1], step > 0 ? items.Count : -1));
        var taken = new List<object?>();
        for (var at = start; step > 0 ? at < end : at > end; at += step)
            taken.Add(items[(int)at]);
        return value is string ? string.Concat(taken) : taken;
    }
}
