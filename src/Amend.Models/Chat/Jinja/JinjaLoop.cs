using System.Text;

namespace Amend.Models.Chat.Jinja;

/// <summary>A <c>for</c>: its body is run once an item, with the names of the item and of <c>loop</c>.</summary>
/// <param name="Names">The item's name, or the names of its parts.</param>
/// <param name="Items">The items.</param>
/// <param name="Condition">Which of them; all where null.</param>
/// <param name="Body">What is run for each.</param>
/// <param name="Otherwise">What is run where there is none.</param>
internal sealed record JinjaLoop(
    List<string> Names, JinjaExpression Items, JinjaExpression? Condition, JinjaStatement Body, JinjaStatement Otherwise)
{
    /// <summary>Runs the loop.</summary>
    /// <param name="scope">The names around it.</param>
    /// <param name="output">Where the text goes.</param>
    public Flow Run(JinjaScope scope, StringBuilder output)
    {
        var all = JinjaValues.Items(Items(scope));
        if (Condition is not null)
            all = all.FindAll(item => JinjaValues.IsTrue(Condition(Bound(scope, Names, item))));
        if (all.Count == 0)
            return Otherwise(scope, output);
        for (var at = 0; at < all.Count; at++)
        {
            var inner = Bound(scope, Names, all[at]);
            inner.Set("loop", State(all, at));
            if (Body(inner, output) == Flow.Break)
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
