using System.Globalization;
using System.Text;
using Amend.Tensors;

namespace Amend.Models.Chat.Jinja;

/// <summary>The functions that every template can call.</summary>
internal static class JinjaGlobals
{
    private const int MostNumbers = 100_000;

    /// <summary>The parts of <c>strftime</c> formats, and what .NET calls them.</summary>
    private static readonly Dictionary<char, string> DateParts = new()
    {
        ['d'] = "dd",
        ['m'] = "MM",
        ['b'] = "MMM",
        ['B'] = "MMMM",
        ['y'] = "yy",
        ['Y'] = "yyyy",
        ['a'] = "ddd",
        ['A'] = "dddd",
        ['H'] = "HH",
        ['I'] = "hh",
        ['M'] = "mm",
        ['S'] = "ss",
        ['p'] = "tt",
    };

    /// <summary>The functions by name.</summary>
    /// <param name="time">The clock.</param>
    public static Dictionary<string, JinjaFunction> All(TimeProvider time) => new(StringComparer.Ordinal)
    {
        ["raise_exception"] = (a, _) =>
            throw new AmendException($"The chat template refuses the conversation (\"{a.TextAt(0)}\"); write it as the template wants it."),
        ["strftime_now"] = (a, _) => Date(time.GetLocalNow(), a.TextAt(0)),
        ["namespace"] = (_, named) => new Dictionary<string, object?>(named),
        ["dict"] = (_, named) => new Dictionary<string, object?>(named),
        ["range"] = (a, _) => Range(a),
    };

    private static List<object?> Range(IReadOnlyList<object?> arguments)
    {
        var (start, end, step) = arguments switch
        {
            [long only] => (0L, only, 1L),
            [long first, long last] => (first, last, 1L),
            [long first, long last, long by] when by != 0 => (first, last, by),
            _ => throw new FormatException($"range has {arguments.Count} arguments that are not one to three numbers"),
        };
        var count = Math.Max(0, (end - start + step - Math.Sign(step)) / step);
        return count <= MostNumbers
            ? [.. Enumerable.Range(0, (int)count).Select(n => (object?)(start + (n * step)))]
            : throw new FormatException($"range has {count} numbers, more than {MostNumbers}");
    }

    private static string Date(DateTimeOffset now, string format)
    {
        var date = new StringBuilder();
        for (var at = 0; at < format.Length; at++)
        {
            if (format[at] != '%' || at + 1 == format.Length)
                date.Append(format[at]);
            else if (format[++at] == '%')
                date.Append('%');
            else if (DateParts.TryGetValue(format[at], out var part))
                date.Append(now.ToString(part, CultureInfo.InvariantCulture));
            else
                throw new FormatException($"the date format '%{format[at]}' is not supported");
        }

        return date.ToString();
    }
}
