using System.Collections;
using System.Globalization;
using System.Text;

namespace Amend.Models.Chat.Jinja;

/// <summary>Values as Python has them: nothing, truth values, integers, floats, texts, lists and dictionaries.</summary>
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

    /// <summary>Whether two values are equal; integers, floats and truth values compare as numbers.</summary>
    public static bool AreEqual(object? left, object? right) => (left, right) switch
    {
        (List<object?> one, List<object?> other) => one.Count == other.Count && one.Zip(other).All(pair => AreEqual(pair.First, pair.Second)),
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
        (List<object?> one, List<object?> other) => (List<object?>)[.. one, .. other],
        _ => Calculate(left, right, "added", (one, other) => one + other, (one, other) => one + other),
    };

    /// <summary>A calculation with integers or, where one is a float, with floats.</summary>
    public static object Calculate(object? left, object? right, string what, Func<long, long, long> integers, Func<double, double, double> floats) =>
        left is long one && right is long other ? (object)integers(one, other)
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

    /// <summary>A value as it is written.</summary>
    public static string Text(object? value) => value switch
    {
        null => "None",
        Undefined => "",
        string text => text,
        bool truth => truth ? "True" : "False",
        long number => number.ToString(CultureInfo.InvariantCulture),
        double number => Float(number),
        List<object?> or Dictionary<string, object?> => Json(value, 0, 0),
        _ => throw new FormatException($"{Kind(value)} cannot be written"),
    };

    /// <summary>A value as JSON in the form of Python's <c>json.dumps</c>.</summary>
    /// <param name="value">The value.</param>
    /// <param name="indent">The spaces of a level; 0 for one line.</param>
    /// <param name="level">The level.</param>
    public static string Json(object? value, int indent, int level) => value switch
    {
        null => "null",
        bool truth => truth ? "true" : "false",
        string text => Quote(text),
        List<object?> items => Bracket('[', ']', items.Select(item => Json(item, indent, level + 1)), indent, level),
        Dictionary<string, object?> entries => Bracket('{', '}', entries.Select(entry => $"{Quote(entry.Key)}: {Json(entry.Value, indent, level + 1)}"), indent, level),
        _ => Text(value),
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

    private static double? Number(object? value) => value switch
    {
        bool truth => truth ? 1 : 0,
        long number => number,
        double number => number,
        _ => null,
    };

    private static string Float(double number)
    {
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().ContainsAnyExceptInRange('0', '9') && text.TrimStart('-').AsSpan().ContainsAnyExceptInRange('0', '9') ? text : text + ".0";
    }

    private static string Bracket(char open, char close, IEnumerable<string> parts, int indent, int level)
    {
        string[] all = [.. parts];
        if (all.Length == 0 || indent == 0)
            return $"{open}{string.Join(", ", all)}{close}";
        var (inner, outer) = (new string(' ', indent * (level + 1)), new string(' ', indent * level));
        return $"{open}\n{inner}{string.Join(",\n" + inner, all)}\n{outer}{close}";
    }

    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var character in text)
        {
            _ = character switch
            {
                '"' or '\\' => quoted.Append('\\').Append(character),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                < ' ' => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
                _ => quoted.Append(character),
            };
        }

        return quoted.Append('"').ToString();
    }
}
