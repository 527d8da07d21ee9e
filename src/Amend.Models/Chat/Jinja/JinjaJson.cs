using System.Globalization;
using System.Text;

namespace Amend.Models.Chat.Jinja;

/// <summary>
/// Values as JSON in the form of Python's <c>json.dumps</c>, as the filter <c>tojson</c> of Hugging Face's templates writes them.
/// </summary>
/// <param name="IsAscii">Whether other characters than ASCII's are escaped.</param>
/// <param name="Indent">The spaces of a level; null for one line.</param>
/// <param name="Separator">What stands between items.</param>
/// <param name="Colon">What stands between a key and its value.</param>
/// <param name="SortsKeys">Whether entries stand in the order of their keys.</param>
internal sealed record JinjaJson(bool IsAscii, int? Indent, string Separator, string Colon, bool SortsKeys)
{
    /// <summary>The form that the filter's arguments ask for.</summary>
    /// <exception cref="FormatException">An argument is of the wrong kind.</exception>
    public static JinjaJson Of(IReadOnlyList<object?> arguments, IReadOnlyDictionary<string, object?> named)
    {
        var indent = arguments.At(1, named, "indent", null) is long spaces ? (int?)spaces : null;
        var (separator, colon) = arguments.At(2, named, "separators", null) switch
        {
            null => (indent is null ? ", " : ",", ": "),
            List<object?> and [string between, string behindKey] => (between, behindKey),
            var other => throw new FormatException($"the separators of tojson are {JinjaValues.Kind(other)}, not two texts"),
        };
        return new JinjaJson(
            JinjaValues.IsTrue(arguments.At(0, named, "ensure_ascii", false)), indent, separator, colon,
                JinjaValues.IsTrue(arguments.At(3, named, "sort_keys", false)));
    }

    /// <summary>A value as JSON.</summary>
    /// <param name="value">The value.</param>
    /// <param name="level">How deep it lies.</param>
    /// <exception cref="FormatException">JSON has no such value.</exception>
    public string Write(object? value, int level = 0) => value switch
    {
        null => "null",
        bool truth => truth ? "true" : "false",
        string text => Quote(text),
        double number when !double.IsFinite(number) => double.IsNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity",
        long or double => JinjaValues.Text(value),
        List<object?> items => Bracket('[', ']', items.Select(item => Write(item, level + 1)), level),
        Dictionary<string, object?> entries => Bracket('{', '}',
            InOrder(entries).Select(entry => Quote(entry.Key) + Colon + Write(entry.Value, level + 1)), level),
        _ => throw new FormatException($"{JinjaValues.Kind(value)} has no form in JSON"),
    };

    private IEnumerable<KeyValuePair<string, object?>> InOrder(Dictionary<string, object?> entries) =>
        SortsKeys ? entries.OrderBy(entry => entry.Key, StringComparer.Ordinal) : entries;

    private string Bracket(char open, char close, IEnumerable<string> parts, int level)
    {
        string[] all = [.. parts];
        if (all.Length == 0 || Indent is not { } indent)
            return $"{open}{string.Join(Separator, all)}{close}";
        var (inner, outer) = (new string(' ', indent * (level + 1)), new string(' ', indent * level));
        return $"{open}\n{inner}{string.Join($"{Separator}\n{inner}", all)}\n{outer}{close}";
    }

    private string Quote(string text)
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
                '\b' => quoted.Append("\\b"),
                '\f' => quoted.Append("\\f"),
                < ' ' => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
                > '~' when IsAscii => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
                _ => quoted.Append(character),
            };
        }

        return quoted.Append('"').ToString();
    }
}
