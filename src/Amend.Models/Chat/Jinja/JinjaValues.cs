using System.Collections;
using System.Globalization;

namespace Amend.Models.Chat.Jinja;

/// <summary>Values as Python has them: nothing, truth values, integers, floats, texts, lists, tuples and dictionaries.</summary>
internal static class JinjaValues
{
    /// <summary>Whether a value counts as true.</summary>
    public static bool IsTrue(object? value) => value switch
    {
        null or Undefined => false,
        bool truth => truth,
        long number => number != 0,
        double number => number != 0,
        string text => text.Length > 0,
        ICollection items => items.Count > 0,
        _ => true,
    };

    /// <summary>
    /// Whether two values are equal: integers, floats and truth values compare as numbers, lists by their items in order,
    /// dictionaries by their entries in any.
    /// </summary>
    public static bool AreEqual(object? left, object? right) => (left, right) switch
    {
        (List<object?> one, List<object?> other) =>
            one.GetType() == other.GetType() && one.Count == other.Count && one.Zip(other).All(pair => AreEqual(pair.First, pair.Second)),
        (Dictionary<string, object?> one, Dictionary<string, object?> other) =>
            one.Count == other.Count && one.All(entry => other.TryGetValue(entry.Key, out var value) && AreEqual(entry.Value, value)),
        _ when Number(left) is { } one && Number(right) is { } other => one.Equals(other),
        _ => Equals(left, right),
    };

    /// <summary>The order of two numbers or two texts.</summary>
    public static int Compare(object? left, object? right) => (left, right) switch
    {
        (string one, string other) => string.CompareOrdinal(one, other),
        _ when Number(left) is { } one && Number(right) is { } other => one.CompareTo(other),
        _ => throw new FormatException($"{Kind(left)} and {Kind(right)} cannot be compared"),
    };

    /// <summary>Whether a text, a list or a dictionary has a value.</summary>
    public static bool Contains(object? container, object? value) => container switch
    {
        string text => value is string part && text.Contains(part, StringComparison.Ordinal),
        Dictionary<string, object?> entries => value is string key && entries.ContainsKey(key),
        List<object?> items => items.Exists(item => AreEqual(item, value)),
        Undefined => false,
        _ => throw new FormatException($"{Kind(container)} holds nothing that could be looked for"),
    };

    /// <summary>A sum, or texts or lists put together.</summary>
    public static object Add(object? left, object? right) => (left, right) switch
    {
        (string one, string other) => one + other,
        (JinjaTuple one, JinjaTuple other) => new JinjaTuple([.. one, .. other]),
        (List<object?> one, List<object?> other) when one is not JinjaTuple && other is not JinjaTuple => (List<object?>)[.. one, .. other],
        _ => Calculate(left, right, "added", (one, other) => one + other, (one, other) => one + other),
    };

    /// <summary>A product, or a text written several times.</summary>
    public static object Multiply(object? left, object? right) => (left, right) switch
    {
        (string text, long times) => Repeat(text, times),
        (long times, string text) => Repeat(text, times),
        _ => Calculate(left, right, "multiplied", (one, other) => one * other, (one, other) => one * other),
    };

    /// <summary>A calculation with integers or, where one is a float, with floats; truth values are 0 and 1.</summary>
    public static object Calculate(
        object? left, object? right, string what, Func<long, long, long> integers, Func<double, double, double> floats) =>
        Integer(left) is { } one && Integer(right) is { } other ? (object)integers(one, other)
        : Number(left) is { } first && Number(right) is { } second ? floats(first, second)
        : throw new FormatException($"{Kind(left)} and {Kind(right)} cannot be {what}");

    /// <summary>The items of a list, the keys of a dictionary, the characters of a text.</summary>
    public static List<object?> Items(object? value) => value switch
    {
        List<object?> items => items,
        Dictionary<string, object?> entries => [.. entries.Keys],
        string text => [.. text.EnumerateRunes().Select(rune => (object?)rune.ToString())],
        Undefined => [],
        _ => throw new FormatException($"{Kind(value)} has no items"),
    };

    /// <summary>A value as it is written: Python's <c>str</c>.</summary>
    public static string Text(object? value) => value switch
    {
        Undefined => "",
        string text => text,
        _ => Literal(value),
    };

    /// <summary>What messages call a value.</summary>
    public static string Kind(object? value) => value switch
    {
        null => "none",
        Undefined => "an undefined value",
        bool => "a truth value",
        long or double => "a number",
        string => "a text",
        List<object?> => "a list",
        Dictionary<string, object?> => "a dictionary",
        _ => "a function",
    };

    /// <summary>A value as it is written in a list: Python's <c>repr</c>.</summary>
    private static string Literal(object? value) => value switch
    {
        null => "None",
        Undefined => "Undefined",
        bool truth => truth ? "True" : "False",
        long number => number.ToString(CultureInfo.InvariantCulture),
        double number => JinjaLiterals.Float(number),
        string text => JinjaLiterals.Quote(text),
        JinjaTuple { Count: 1 } tuple => $"({Literal(tuple[0])},)",
        JinjaTuple tuple => $"({string.Join(", ", tuple.Select(Literal))})",
        List<object?> items => $"[{string.Join(", ", items.Select(Literal))}]",
        Dictionary<string, object?> entries =>
            $"{{{string.Join(", ", entries.Select(entry => $"{JinjaLiterals.Quote(entry.Key)}: {Literal(entry.Value)}"))}}}",
        _ => throw new FormatException($"{Kind(value)} cannot be written"),
    };

    private static long? Integer(object? value) => value switch
    {
        bool truth => truth ? 1 : 0,
        long number => number,
        _ => null,
    };

    private static double? Number(object? value) => value is double number ? number : Integer(value);

    private static string Repeat(string text, long times)
    {
        const int MostCharacters = 1_000_000;
        return text.Length * Math.Max(0, times) <= MostCharacters
            ? string.Concat(Enumerable.Repeat(text, (int)Math.Max(0, times)))
            : throw new FormatException(
                $"a text of {text.Length} characters is repeated {times} times, beyond {MostCharacters} characters");
    }
}
