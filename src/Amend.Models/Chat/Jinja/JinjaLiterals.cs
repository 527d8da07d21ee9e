using System.Globalization;
using System.Text;

namespace Amend.Models.Chat.Jinja;

/// <summary>
/// Texts and numbers as Python reads and writes them: the escapes between quotes (Jinja2 decodes them with <c>unicode_escape</c>),
/// and what <c>repr</c> makes of a value.
/// </summary>
internal static class JinjaLiterals
{
    /// <summary>What a character behind a backslash stands for; a line end is left out with it.</summary>
    private static readonly Dictionary<char, string> Escapes = new()
    {
        ['\n'] = "", ['\\'] = "\\", ['\''] = "'", ['"'] = "\"", ['a'] = "\a", ['b'] = "\b",
        ['f'] = "\f", ['n'] = "\n", ['r'] = "\r", ['t'] = "\t", ['v'] = "\v",
    };

    /// <summary>How many hexadecimal digits follow a letter behind a backslash.</summary>
    private static readonly Dictionary<char, int> HexDigits = new() { ['x'] = 2, ['u'] = 4, ['U'] = 8 };

    /// <summary>The text that stands between quotes; a backslash that begins no escape is a backslash.</summary>
    /// <exception cref="FormatException">An escape lacks its digits, or is no character's code.</exception>
    public static string Unescape(ReadOnlySpan<char> quoted)
    {
        var text = new StringBuilder(quoted.Length);
        for (var at = 0; at < quoted.Length; at++)
        {
            if (quoted[at] != '\\' || at + 1 == quoted.Length)
                text.Append(quoted[at]);
            else
                at = AppendEscape(text, quoted, at + 1);
        }

        return text.ToString();
    }

    /// <summary>A text in quotes, with escapes for what is not printed: Python's <c>repr</c>.</summary>
    public static string Quote(string text)
    {
        var quote = text.Contains('\'') && !text.Contains('"') ? '"' : '\'';
        var quoted = new StringBuilder().Append(quote);
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '\\' => quoted.Append(@"\\"),
                '\n' => quoted.Append(@"\n"),
                '\r' => quoted.Append(@"\r"),
                '\t' => quoted.Append(@"\t"),
                var code when code == quote => quoted.Append('\\').Append(quote),
                _ when IsPrinted(rune) => quoted.Append(rune),
                <= 0xFF and var code => quoted.Append(CultureInfo.InvariantCulture, $"\\x{code:x2}"),
                <= 0xFFFF and var code => quoted.Append(CultureInfo.InvariantCulture, $"\\u{code:x4}"),
                var code => quoted.Append(CultureInfo.InvariantCulture, $"\\U{code:x8}"),
            };
        }

        return quoted.Append(quote).ToString();
    }

    /// <summary>
    /// A float with the fewest digits that tell it, and with an exponent below 1e-4 and from 1e16 on: Python's <c>repr</c>.
    /// </summary>
    public static string Float(double number)
    {
        const int FirstWithExponent = 16;
        const int LastWithExponent = -5;
        if (!double.IsFinite(number))
            return double.IsNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
        var sign = double.IsNegative(number) ? "-" : "";
        if (number == 0)
            return sign + "0.0";
        // "R" gives the fewest digits; a number such as 1.5E-05 has its point behind the first of them.
        var parts = Math.Abs(number).ToString("R", CultureInfo.InvariantCulture).Split('E');
        var point = parts[0].IndexOf('.') is >= 0 and var found ? found : parts[0].Length;
        var all = parts[0].Replace(".", "", StringComparison.Ordinal);
        var digits = all.TrimStart('0');
        var exponent = point - 1 - (all.Length - digits.Length) + (parts.Length > 1
            ? int.Parse(parts[1], CultureInfo.InvariantCulture)
            : 0);
        digits = digits.TrimEnd('0');
        if (exponent is <= LastWithExponent or >= FirstWithExponent)
        {
            var fraction = digits.Length > 1 ? "." + digits[1..] : "";
            return string.Create(CultureInfo.InvariantCulture,
                $"{sign}{digits[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
        }

        return exponent < 0 ? $"{sign}0.{new string('0', -exponent - 1)}{digits}"
            : digits.Length <= exponent + 1 ? $"{sign}{digits.PadRight(exponent + 1, '0')}.0"
            : $"{sign}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
    }

    /// <summary>Appends what an escape stands for, and returns the place of its last character.</summary>
    private static int AppendEscape(StringBuilder text, ReadOnlySpan<char> quoted, int at)
    {
        const int MostOctalDigits = 3;
        var first = quoted[at];
        if (Escapes.TryGetValue(first, out var known))
        {
            text.Append(known);
            return at;
        }

        if (first is >= '0' and <= '7')
        {
            var (code, end) = (0, at);
            for (; end < quoted.Length && end < at + MostOctalDigits && quoted[end] is >= '0' and <= '7'; end++)
                code = (code * 8) + quoted[end] - '0';
            text.Append((char)code);
            return end - 1;
        }

        if (!HexDigits.TryGetValue(first, out var digits))
        {
            text.Append('\\').Append(first);
            return at;
        }

        var written = quoted.Slice(at + 1, Math.Min(digits, quoted.Length - at - 1));
        if (written.Length < digits || !uint.TryParse(written, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            || value > 0x10FFFF)
            throw new FormatException(
                $"a text has the escape '\\{first}{written}', which is no character's code of {digits} hexadecimal digits");
        text.Append(value <= char.MaxValue ? ((char)value).ToString() : char.ConvertFromUtf32((int)value));
        return at + digits;
    }

    private static bool IsPrinted(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
            or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);
}
