namespace Amend.Models.Chat.Jinja;

/// <summary>What Python does with texts and .NET does not.</summary>
internal static class JinjaTexts
{
    /// <summary>The first letter large, the others small.</summary>
    public static string Capitalize(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..].ToLowerInvariant();

    /// <summary>The first letter of each word large, the others small.</summary>
    public static string Title(string text)
    {
        var titled = text.ToCharArray();
        for (var at = 0; at < titled.Length; at++)
            titled[at] = at > 0 && char.IsLetter(titled[at - 1]) ? char.ToLowerInvariant(titled[at]) : char.ToUpperInvariant(titled[at]);
        return new string(titled);
    }

    /// <summary>A text with one part put for another, at most as often as a third argument says.</summary>
    public static string Replace(string text, IReadOnlyList<object?> arguments)
    {
        var (old, put) = (arguments.TextAt(0), arguments.TextAt(1));
        if (arguments.Count < 3 || arguments[2] is not long and not null)
            return text.Replace(old, put, StringComparison.Ordinal);
        for (var (left, at) = (arguments[2] as long? ?? long.MaxValue, 0); left > 0
            && text.IndexOf(old, at, StringComparison.Ordinal) is >= 0 and var found; left--)
            (text, at) = (text[..found] + put + text[(found + old.Length)..], found + put.Length);
        return text;
    }

    /// <summary>The lines of a text, without their ends.</summary>
    public static List<object?> Lines(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        return [.. lines.Take(lines[^1].Length == 0 ? lines.Length - 1 : lines.Length)];
    }

    /// <summary>The parts of a text between a separator, or between white space; at most one more than a limit.</summary>
    public static List<object?> Split(string text, IReadOnlyList<object?> arguments)
    {
        var most = arguments.Count > 1 && arguments[1] is long limit and >= 0 ? (int)limit + 1 : int.MaxValue;
        return arguments.Count > 0 && arguments[0] is not null
            ? [.. text.Split(arguments.TextAt(0), most)]
            : [.. text.Split((char[]?)null, most, StringSplitOptions.RemoveEmptyEntries)];
    }
}
