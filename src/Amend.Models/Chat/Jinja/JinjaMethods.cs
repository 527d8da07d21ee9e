namespace Amend.Models.Chat.Jinja;

/// <summary>The methods of texts and dictionaries, one line each.</summary>
internal static class JinjaMethods
{
    private static readonly Dictionary<string, object?> NoNames = [];

    private static readonly Dictionary<string, Func<string, IReadOnlyList<object?>, object?>> OfTexts = new(StringComparer.Ordinal)
    {
        ["strip"] = (text, a) => text.Trim(Characters(a)),
        ["lstrip"] = (text, a) => text.TrimStart(Characters(a)),
        ["rstrip"] = (text, a) => text.TrimEnd(Characters(a)),
        ["upper"] = (text, _) => text.ToUpperInvariant(),
        ["lower"] = (text, _) => text.ToLowerInvariant(),
        ["title"] = (text, _) => JinjaTexts.Title(text),
        ["capitalize"] = (text, _) => JinjaTexts.Capitalize(text),
        ["startswith"] = (text, a) => text.StartsWith(a.TextAt(0), StringComparison.Ordinal),
        ["endswith"] = (text, a) => text.EndsWith(a.TextAt(0), StringComparison.Ordinal),
        ["replace"] = (text, a) => JinjaTexts.Replace(text, a),
        ["split"] = (text, a) => JinjaTexts.Split(text, a),
        ["splitlines"] = (text, _) => JinjaTexts.Lines(text),
        ["join"] = (text, a) => string.Join(text, JinjaValues.Items(a.At(0, NoNames, "", Undefined.Value)).Select(JinjaValues.Text)),
        ["removeprefix"] = (text, a) => text.StartsWith(a.TextAt(0), StringComparison.Ordinal) ? text[a.TextAt(0).Length..] : text,
        ["removesuffix"] = (text, a) => text.EndsWith(a.TextAt(0), StringComparison.Ordinal) ? text[..^a.TextAt(0).Length] : text,
        ["count"] = (text, a) => (long)text.AsSpan().Count(a.TextAt(0)),
        ["isdigit"] = (text, _) => text.Length > 0 && text.All(char.IsDigit),
        ["find"] = (text, a) => (long)text.IndexOf(a.TextAt(0), StringComparison.Ordinal),
    };

    private static readonly Dictionary<string, Func<Dictionary<string, object?>, IReadOnlyList<object?>, object?>> OfDictionaries = new(
        StringComparer.Ordinal)
    {
        ["items"] = (entries, _) => entries.Select(entry => (object?)new JinjaTuple([entry.Key, entry.Value])).ToList(),
        ["keys"] = (entries, _) => entries.Keys.Cast<object?>().ToList(),
        ["values"] = (entries, _) => entries.Values.ToList(),
        ["get"] = (entries, a) => entries.TryGetValue(a.TextAt(0), out var value) ? value : a.Count > 1 ? a[1] : null,
    };

    /// <summary>A value's member: an entry of a dictionary, or a method.</summary>
    public static object? Member(object? value, string name) => value switch
    {
        Dictionary<string, object?> entries when entries.TryGetValue(name, out var entry) => entry,
        Dictionary<string, object?> entries when OfDictionaries.TryGetValue(name, out var method) => Unnamed(name, a => method(entries, a)),
        Dictionary<string, object?> or List<object?> => Undefined.Value,
        string text when OfTexts.TryGetValue(name, out var method) => Unnamed(name, a => method(text, a)),
        string => throw new FormatException($"a text has no '{name}' here; known are {string.Join(", ", OfTexts.Keys)}"),
        _ => throw new FormatException($"{JinjaValues.Kind(value)} has no '{name}'"),
    };

    /// <summary>A value's member by a path with points, as the attributes of filters are named.</summary>
    public static object? Attribute(object? value, string path) => path.Split('.').Aggregate(value, Member);

    private static JinjaFunction Unnamed(string name, Func<IReadOnlyList<object?>, object?> method) => (arguments, named) =>
        named.Count == 0
        ? method(arguments)
        : throw new FormatException($"'{name}' is called with {string.Join(", ", named.Keys)} by name, which is not supported; "
            + "give the values in order");

    private static char[]? Characters(IReadOnlyList<object?> arguments) => arguments.Count > 0 ? arguments.TextAt(0).ToCharArray() : null;
}
