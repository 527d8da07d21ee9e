using System.Globalization;
using Amend.Models.Configuration;

namespace Amend.Models.Chat.Jinja;

/// <summary>What can stand behind <c>|</c>, one line each.</summary>
internal static class JinjaFilters
{
    private static readonly Dictionary<string, object?> NoNames = [];

    private static readonly Dictionary<string, Func<object?, IReadOnlyList<object?>, IReadOnlyDictionary<string, object?>, object?>> All = new(StringComparer.Ordinal)
    {
        ["trim"] = (value, a, _) => JinjaValues.Text(value).Trim(a.Count > 0 ? a.TextAt(0).ToCharArray() : null),
        ["upper"] = (value, _, _) => JinjaValues.Text(value).ToUpperInvariant(),
        ["lower"] = (value, _, _) => JinjaValues.Text(value).ToLowerInvariant(),
        ["title"] = (value, _, _) => JinjaTexts.Title(JinjaValues.Text(value)),
        ["capitalize"] = (value, _, _) => JinjaTexts.Capitalize(JinjaValues.Text(value)),
        ["replace"] = (value, a, _) => JinjaValues.Text(value).Replace(a.TextAt(0), a.TextAt(1), StringComparison.Ordinal),
        ["string"] = (value, _, _) => JinjaValues.Text(value),
        ["safe"] = (value, _, _) => value,
        ["length"] = (value, _, _) => (long)JinjaValues.Items(value).Count,
        ["count"] = (value, _, _) => (long)JinjaValues.Items(value).Count,
        ["first"] = (value, _, _) => JinjaValues.Items(value) is [var first, ..] ? first : Undefined.Value,
        ["last"] = (value, _, _) => JinjaValues.Items(value) is [.., var last] ? last : Undefined.Value,
        ["list"] = (value, _, _) => JinjaValues.Items(value).ToList(),
        ["reverse"] = (value, _, _) => Enumerable.Reverse(JinjaValues.Items(value)).ToList(),
        ["items"] = (value, _, _) => value is Undefined ? new List<object?>() : ((JinjaFunction)JinjaMethods.Member(value, "items")!)([], NoNames),
        ["join"] = (value, a, n) => string.Join(JinjaValues.Text(a.At(0, n, "d", "")), JinjaValues.Items(value).Select(JinjaValues.Text)),
        ["int"] = (value, a, n) => Integer(value, a.At(0, n, "default", 0L)),
        ["default"] = (value, a, n) => Default(value, a, n),
        ["d"] = (value, a, n) => Default(value, a, n),
        ["tojson"] = (value, a, n) => JinjaValues.Json(value, a.At(0, n, "indent", null) is long indent ? (int)indent : 0, 0),
        ["indent"] = (value, a, n) => Indent(JinjaValues.Text(value), a.At(0, n, "width", 4L), JinjaValues.IsTrue(a.At(1, n, "first", false))),
        ["map"] = (value, a, n) => JinjaValues.Items(value).Select(item => Map(item, a, n)).ToList(),
        ["selectattr"] = (value, a, _) => JinjaValues.Items(value).Where(item => Has(item, a)).ToList(),
        ["rejectattr"] = (value, a, _) => JinjaValues.Items(value).Where(item => !Has(item, a)).ToList(),
    };

    /// <summary>The filter of a name.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static Func<object?, IReadOnlyList<object?>, IReadOnlyDictionary<string, object?>, object?> Find(string name) =>
        All.TryGetValue(name, out var filter) ? filter : throw new FormatException($"the filter '{name}' is not supported; known are {string.Join(", ", All.Keys)}");

    private static object? Default(object? value, IReadOnlyList<object?> arguments, IReadOnlyDictionary<string, object?> named)
    {
        var replaces = value is Undefined || (JinjaValues.IsTrue(arguments.At(1, named, "boolean", false)) && !JinjaValues.IsTrue(value));
        return replaces ? arguments.At(0, named, "default_value", "") : value;
    }

    private static object? Integer(object? value, object? otherwise) => value switch
    {
        long number => number,
        double number => (long)number,
        bool truth => truth ? 1L : 0L,
        string text when long.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        _ => otherwise,
    };

    private static string Indent(string text, object? width, bool indentsFirst)
    {
        var space = width is long count ? new string(' ', (int)count) : JinjaValues.Text(width);
        var lines = text.Split('\n').Select((line, at) => line.Length == 0 || (at == 0 && !indentsFirst) ? line : space + line);
        return string.Join('\n', lines);
    }

    private static object? Map(object? item, IReadOnlyList<object?> arguments, IReadOnlyDictionary<string, object?> named) =>
        named.TryGetValue("attribute", out var name) ? JinjaMethods.Member(item, JinjaValues.Text(name)) : Find(arguments.TextAt(0))(item, [.. arguments.Skip(1)], NoNames);

    private static bool Has(object? item, IReadOnlyList<object?> arguments)
    {
        var value = JinjaMethods.Member(item, arguments.TextAt(0));
        return arguments.Count == 1 ? JinjaValues.IsTrue(value) : JinjaTests.Find(arguments.TextAt(1))(value, [.. arguments.Skip(2)]);
    }
}
