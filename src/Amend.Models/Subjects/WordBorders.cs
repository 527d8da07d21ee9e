using System.Globalization;
using System.Text;

namespace Amend.Models.Subjects;

/// <summary>
/// Where words begin and end in a text. Letters, marks and digits side by side are one word, as in UAX #29, but in scripts that are
/// written without spaces, or whose words take particles without one (Han, kana, Hangul, Thai, Lao, Tibetan, Burmese, Khmer), any
/// place between two characters counts. A character and its combining marks are never parted.
/// </summary>
internal static class WordBorders
{
    private static readonly (int First, int Last)[] WithoutSpaces =
    [
        (0x0E00, 0x0FFF), // Thai, Lao, Tibetan
        (0x1000, 0x109F), // Burmese
        (0x1780, 0x17FF), // Khmer
        (0x1950, 0x19FF), // Tai Le, New Tai Lue, Khmer's symbols
        (0x1A20, 0x1AAF), // Tai Tham
        (0x2E80, 0x312F), // radicals, punctuation, kana, Bopomofo
        (0x3190, 0x9FFF), // Han
        (0xA9E0, 0xA9FF), // Burmese
        (0xAA60, 0xAADF), // Burmese, Tai Viet
        (0xF900, 0xFAFF), // Han
        (0xFF01, 0xFF0F), // punctuation of full width
        (0xFF1A, 0xFF20), // punctuation of full width
        (0xFF61, 0xFF9F), // punctuation and kana of half width
        (0x1B000, 0x1B16F), // kana
        (0x20000, 0x3FFFF), // Han
    ];

    private static readonly (int First, int Last)[] Hangul =
        [(0x1100, 0x11FF), (0x3130, 0x318F), (0xA960, 0xA97F), (0xAC00, 0xD7FF), (0xFFA0, 0xFFDC)];

    /// <summary>The places where a part of a text stands as whole words.</summary>
    public static IReadOnlyList<int> Find(string text, string part, StringComparison comparison)
    {
        var places = new List<int>();
        for (var at = text.IndexOf(part, comparison); at >= 0; at = text.IndexOf(part, at + 1, comparison))
        {
            if (IsBorder(text, at) && IsBorder(text, at + part.Length))
                places.Add(at);
        }

        return places;
    }

    /// <summary>
    /// Whether a text that follows another is set apart from it by a space: not where either has white space there, nor behind a
    /// script that is written without spaces. Neither is empty.
    /// </summary>
    public static bool NeedsSpace(string before, string after)
    {
        Rune.DecodeLastFromUtf16(before, out var last, out _);
        Rune.DecodeFromUtf16(after, out var first, out _);
        return !Rune.IsWhiteSpace(last) && !Rune.IsWhiteSpace(first) && !IsIn(WithoutSpaces, last);
    }

    /// <summary>Whether a word may begin or end between a character and the one before it; true at both ends of the text.</summary>
    public static bool IsBorder(string text, int at)
    {
        if (at == 0 || at == text.Length)
            return true;
        Rune.DecodeLastFromUtf16(text.AsSpan(0, at), out var before, out _);
        Rune.DecodeFromUtf16(text.AsSpan(at), out var after, out _);
        var isInWord = IsOfWord(before) && IsOfWord(after) && !HasBordersInWords(before) && !HasBordersInWords(after);
        return !isInWord && IsBetweenCharacters(text, at);
    }

    private static bool IsBetweenCharacters(string text, int at)
    {
        var next = 0;
        while (next < at)
            next += StringInfo.GetNextTextElementLength(text.AsSpan(next));
        return next == at;
    }

    private static bool IsOfWord(Rune rune) => Rune.IsLetterOrDigit(rune)
        || Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.LetterNumber;

    private static bool HasBordersInWords(Rune rune) => IsIn(WithoutSpaces, rune) || IsIn(Hangul, rune);

    private static bool IsIn((int First, int Last)[] ranges, Rune rune) =>
        ranges.Any(range => rune.Value >= range.First && rune.Value <= range.Last);
}
