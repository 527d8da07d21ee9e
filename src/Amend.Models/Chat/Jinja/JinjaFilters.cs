using System.Globalization;
using Amend.Models.Configuration;

namespace Amend.Models.Chat.Jinja;

/// <summary>What can stand behind <c>|</c>, one line each.</summary>
internal static class JinjaFilters
{
    private static readonly Dictionary<string, object?> NoNames = [];

    private static readonly Dictionary<string, Func<object?, IReadOnlyList<object?>, IReadOnlyDictionary<string, object?>,
        object?>> All = new(StringComparer.Ordinal)
    {
        ["trim"] = (value, a, _) => JinjaValues.Text(value).Trim(a.Count > 0 ? a.TextAt(0).ToCharArray() : null),
        ["upper"] = (value, _, _) => JinjaValues.Text(value).ToUpperInvariant(),
        ["lower"] = (value, _, _) => JinjaValues.Text(value).ToLowerInvariant(),
        ["title"] = (value, _, _) => JinjaTexts.Title(JinjaValues.Text(value)),
        ["capitalize"] = (value, _, _) => JinjaTexts.Capitalize(JinjaValues.Text(value)),
        ["replace"] = (value, a, _) => JinjaTexts.Replace(JinjaValues.Text(value), a),
        ["string"] = (value, _, _) => JinjaValues.Text(value),
        ["safe"] = (value, _, _) => value,
        ["length"] = (value, _, _) => (long)JinjaValues.Items(value).Count,
        ["count"] = (value, _, _) => (long)JinjaValues.Items(value).Count,
        ["first"] = (value, _, _) => JinjaValues.Items(value) is [var first, ..] ? first : Undefined.Value,
        ["last"] = (value, _, _) => JinjaValues.Items(value) is [.., var last] ? last : Undefined.Value,
        ["list"] = (value, _, _) => JinjaValues.Items(value).ToList(),
        ["reverse"] = (value, _, _) => Enumerable.Reverse(JinjaValues.Items(value)).ToList(),
        ["items"] = (value, _, _) =>
            value is Undefined ? new List<object?>() : ((JinjaFunction)JinjaMethods.Member(value, "items")!)([], NoNames),
        ["join"] = (value, a, n) =>
            string.Join(JinjaValues.Text(a.At(0, n, "d", "")), Chosen(value, a.At(1, n, "attribute", null)).Select(JinjaValues.Text)),
        ["sum"] = (value, a, n) => Chosen(value, a.At(0, n, "attribute", null)).Aggregate(a.At(1, n, "start", 0L), JinjaValues.Add),
        ["min"] = (value, _, _) => Ordered(JinjaValues.Items(value)) is [var least, ..] ? least : Undefined.Value,
        ["max"] = (value, _, _) => Ordered(JinjaValues.Items(value)) is [.., var most] ? most : Undefined.Value,
        ["abs"] = (value, _, _) =>
            JinjaValues.Compare(value, 0L) < 0 ? JinjaValues.Calculate(0L, value, "subtracted", (x, y) => x - y, (x, y) => x - y) : value,
        ["float"] = (value, a, n) => Float(value, a.At(0, n, "default", 0.0)),
        ["unique"] = (value, _, _) => JinjaValues.Items(value).Aggregate(new List<object?>(), WithNew),
        ["select"] = (value, a, _) => JinjaValues.Items(value).Where(item => Passes(item, a)).ToList(),
        ["reject"] = (value, a, _) => JinjaValues.Items(value).Where(item => !Passes(item, a)).ToList(),
        ["int"] = (value, a, n) => Integer(value, a.At(0, n, "default", 0L)),
        ["default"] = (value, a, n) => Default(value, a, n),
        ["d"] = (value, a, n) => Default(value, a, n),
        ["tojson"] = (value, a, n) => JinjaJson.Of(a, n).Write(value),
        ["indent"] = (value, a, n) => Indent(JinjaValues.Text(value), a, n),
        ["map"] = (value, a, n) => JinjaValues.Items(value).Select(item => Map(item, a, n)).ToList(),
        ["selectattr"] = (value, a, _) => JinjaValues.Items(value).Where(item => Has(item, a)).ToList(),
        ["rejectattr"] = (value, a, _) => JinjaValues.Items(value).Where(item => !Has(item, a)).ToList(),
    };

    /// <summary>The filter of a name.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static Func<object?, IReadOnlyList<object?>, IReadOnlyDictionary<string, object?>, object?> Find(string name) =>
        All.TryGetValue(name, out var filter)
            ? filter
            : throw new FormatException($"the filter '{name}' is not supported; known are {string.Join(", ", All.Keys)}");

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
        string text when double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => (long)number,
        _ => otherwise,
    };

    private static object? Float(object? value, object? otherwise) => value switch
    {
        long number => (double)number,
        double number => number,
        bool truth => truth ? 1.0 : 0.0,
        string text when double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => otherwise,
    };

    private static string Indent(string text, IReadOnlyList<object?> arguments, IReadOnlyDictionary<string, object?> named)
    {
        var width = arguments.At(0, named, "width", 4L);
        var (indentsFirst, indentsBlank) = (
            JinjaValues.IsTrue(arguments.At(1, named, "first", false)), JinjaValues.IsTrue(arguments.At(2, named, "blank", false)));
        var space = width is long count ? new string(' ', (int)count) : JinjaValues.Text(width);
        var lines = text.Split('\n').Select((line, at) => (at == 0 ? indentsFirst : indentsBlank || line.Length > 0) ? space + line : line);
        return string.Join('\n', lines);
    }

    private static object? Map(object? item, IReadOnlyList<object?> arguments, IReadOnlyDictionary<string, object?> named) =>
        named.TryGetValue("attribute", out var name)
            ? JinjaMethods.Attribute(item, JinjaValues.Text(name)) is var found && found is Undefined
                && named.TryGetValue("default", out var otherwise) ? otherwise : found
            : Find(arguments.TextAt(0))(item, [.. arguments.Skip(1)], NoNames);

    private static bool Has(object? item, IReadOnlyList<object?> arguments)
    {
        var value = JinjaMethods.Attribute(item, arguments.TextAt(0));
        return Passes(value, [.. arguments.Skip(1)]);
    }

    /// <summary>Whether a value passes the test that the arguments name, or counts as true where they name none.</summary>
    private static bool Passes(object? value, IReadOnlyList<object?> arguments) =>
        arguments.Count == 0 ? JinjaValues.IsTrue(value) : JinjaTests.Find(arguments.TextAt(0))(value, [.. arguments.Skip(1)]);

    /// <summary>The items, or an attribute of each.</summary>
    private static IEnumerable<object?> Chosen(object? value, object? attribute) => attribute is null
        ? JinjaValues.Items(value)
        : JinjaValues.Items(value).Select(item => JinjaMethods.Attribute(item, JinjaValues.Text(attribute)));

    private static List<object?> Ordered(List<object?> items) => [.. items.Order(Comparer<object?>.Create(JinjaValues.Compare))];

    private static List<object?> WithNew(List<object?> seen, object? item)
    {
        if (!seen.Exists(one => JinjaValues.AreEqual(one, item)))
            seen.Add(item);
        return seen;
    }
}
