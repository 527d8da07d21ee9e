using System.Globalization;
using System.Text;

namespace Amend.Models.Tokenizers.Text;

/// <summary>Questions about the code points of UTF-16 texts.</summary>
internal static class CodePoints
{
    /// <summary>What stands for what is no character: U+FFFD.</summary>
    public const char Replacement = '\uFFFD';

    /// <summary>The units of the code point at a place.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">The place.</param>
    /// <param name="isWhole">False for half of a surrogate pair, whose length is 1.</param>
    public static int LengthAt(ReadOnlySpan<char> text, int at, out bool isWhole)
    {
        isWhole = Rune.DecodeFromUtf16(text[at..], out _, out var length) == System.Buffers.OperationStatus.Done;
        return length;
    }

    /// <summary>The code point at a place, U+FFFD for half of a pair, and its units.</summary>
    public static Rune At(ReadOnlySpan<char> text, int at, out int length)
    {
        Rune.DecodeFromUtf16(text[at..], out var rune, out length);
        return rune;
    }

    /// <summary>The number of code points.</summary>
    public static int Count(ReadOnlySpan<char> text)
    {
        var count = 0;
        for (var at = 0; at < text.Length; count++)
        {
            At(text, at, out var length);
            at += length;
        }

        return count;
    }

    /// <summary>ASCII's punctuation and Unicode's categories P.</summary>
    public static bool IsPunctuation(Rune rune) =>
        rune.IsAscii ? rune.Value is (>= '!' and <= '/') or (>= ':' and <= '@') or (>= '[' and <= '`')
            or (>= '{' and <= '~') : Rune.IsPunctuation(rune);

    /// <summary>Letters, marks, numbers that letters write, digits, connectors and joiners: what <c>\w</c> means in Unicode.</summary>
    public static bool IsWord(Rune rune) =>
        rune.Value is 0x200C or 0x200D || Rune.IsLetterOrDigit(rune) || IsMark(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.LetterNumber or UnicodeCategory.ConnectorPunctuation;

    /// <summary>Unicode's categories M.</summary>
    public static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
            or UnicodeCategory.EnclosingMark;

    /// <summary>Unicode's categories C, without what is not assigned: it may be in a later version.</summary>
    public static bool IsOther(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse;

    /// <summary>The blocks of ideographs that BERT sets apart.</summary>
    public static bool IsIdeograph(Rune rune) => rune.Value is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF)
        or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F) or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B820 and <= 0x2CEAF)
        or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);
}
