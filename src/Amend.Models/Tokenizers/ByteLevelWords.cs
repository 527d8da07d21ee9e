using System.Text;

namespace Amend.Models.Tokenizers;

/// <summary>
/// GPT-2's words, which merges never cross: <c>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c>,
/// read by code points, so that letters outside the basic plane are letters (.NET's regular expressions see two surrogates).
/// </summary>
internal static class ByteLevelWords
{
    private static readonly string[] Contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

    private enum Kind
    {
        Space,
        Letter,
        Number,
        Other,
    }

    /// <summary>The words of a text in order; they cover it without gaps.</summary>
    public static IEnumerable<(int Start, int End)> Split(string text)
    {
        for (var (start, end) = (0, 0); start < text.Length; start = end)
        {
            end = EndOf(text, start);
            yield return (start, end);
        }
    }

    private static int EndOf(string text, int start)
    {
        foreach (var contraction in Contractions)
        {
            if (string.CompareOrdinal(text, start, contraction, 0, contraction.Length) == 0)
                return start + contraction.Length;
        }

        var first = text[start] == ' ' && start + 1 < text.Length ? start + 1 : start;
        var kind = KindAt(text, first, out _);
        if (kind != Kind.Space)
            return EndOfRun(text, first, kind);
        var end = EndOfRun(text, start, Kind.Space);
        return end == text.Length || end == start + 1 ? end : end - 1; // The last space belongs to the word behind it.
    }

    private static int EndOfRun(string text, int start, Kind kind)
    {
        while (start < text.Length && KindAt(text, start, out var length) == kind)
            start += length;
        return start;
    }

    private static Kind KindAt(string text, int at, out int length)
    {
        Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out length); // A lone surrogate reads as U+FFFD, of length 1.
        return Rune.IsLetter(rune) ? Kind.Letter
            : Rune.IsNumber(rune) ? Kind.Number
            : Rune.IsWhiteSpace(rune) ? Kind.Space
            : Kind.Other;
    }
}
