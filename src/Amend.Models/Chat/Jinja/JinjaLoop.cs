using System.Text;

namespace Amend.Models.Chat.Jinja;

/// <summary>Runs the body of a <c>for</c> once an item, with the names of the item and of <c>loop</c>.</summary>
internal static class JinjaLoop
{
    /// <summary>Runs a loop.</summary>
    /// <param name="names">The item's name, or the names of its parts.</param>
    /// <param name="items">The items.</param>
    /// <param name="condition">Which of them; all where null.</param>
    /// <param name="body">What is run for each.</param>
    /// <param name="otherwise">What is run where there is none.</param>
    /// <param name="scope">The names around the loop.</param>
    /// <param name="output">Where the text goes.</param>
    public static Flow Run(
        List<string> names, JinjaExpression items, JinjaExpression? condition, JinjaStatement body, JinjaStatement otherwise,
            JinjaScope scope, StringBuilder output)
    {
        var all = JinjaValues.Items(items(scope));
        if (condition is not null)
            all = all.FindAll(item => JinjaValues.IsTrue(condition(Bound(scope, names, item))));
        if (all.Count == 0)
            return otherwise(scope, output);
        for (var at = 0; at < all.Count; at++)
        {
            var inner = Bound(scope, names, all[at]);
            inner.Set("loop", State(all, at));
            if (body(inner, output) == Flow.Break)
                break;
        }

        return Flow.Next;
    }

    /// <summary>Gives names a value: one the whole, several its parts.</summary>
    public static void Bind(JinjaScope scope, List<string> names, object? value)
    {
        if (names is [var only])
        {
            scope.Set(only, value);
            return;
        }

        var parts = JinjaValues.Items(value);
        if (parts.Count != names.Count)
            throw new FormatException($"{names.Count} names are given {parts.Count} values");
        foreach (var (name, part) in names.Zip(parts))
            scope.Set(name, part);
    }

    private static JinjaScope Bound(JinjaScope scope, List<string> names, object? item)
    {
        var inner = new JinjaScope(scope);
        Bind(inner, names, item);
        return inner;
    }

    private static Dictionary<string, object?> State(List<object?> items, int at) => new(StringComparer.Ordinal)
    {
        ["index"] = at + 1L,
        ["index0"] = (long)at,
        ["revindex"] = (long)items.Count - at,
        ["revindex0"] = (long)items.Count - at - 1,
        ["first"] = at == 0,
        ["last"] = at == items.Count - 1,
        ["length"] = (long)items.Count,
        ["cycle"] = (JinjaFunction)((values, _) => values.Count > 0 ? values[at % values.Count] : Undefined.Value),
        ["previtem"] = at > 0 ? items[at - 1] : Undefined.Value,
        ["nextitem"] = at + 1 < items.Count ? items[at + 1] : Undefined.Value,
    };
}
