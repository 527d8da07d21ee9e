using System.Text;
using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tokenizers.PreTokenization;

/// <summary>Splits texts at delimiters.</summary>
internal static class Delimiters
{
    /// <summary>Splits at what a pattern finds.</summary>
    /// <param name="text">The text.</param>
    /// <param name="matches">Where the pattern is, from left to right.</param>
    /// <param name="behavior">What becomes of the delimiters.</param>
    /// <param name="inverts">Whether what lies between the matches is the delimiters.</param>
    public static IEnumerable<AlignedText> Split(
        AlignedText text, IEnumerable<(int Start, int End)> matches, SplitBehavior behavior, bool inverts = false) =>
        Arrange(Stretches(text.Length, matches, inverts), behavior).Where(part => part.End > part.Start)
            .Select(part => text.Slice(part.Start, part.End));

    /// <summary>The characters of a text of which a condition is true, each by itself.</summary>
    public static IEnumerable<(int Start, int End)> Characters(string text, Func<Rune, bool> isDelimiter)
    {
        for (var at = 0; at < text.Length;)
        {
            var isFound = isDelimiter(CodePoints.At(text, at, out var length));
            if (isFound)
                yield return (at, at + length);
            at += length;
        }
    }

    private static IEnumerable<(int Start, int End, bool IsDelimiter)> Stretches(
        int length, IEnumerable<(int Start, int End)> matches, bool inverts)
    {
        var behind = 0;
        foreach (var (start, end) in matches)
        {
            if (start > behind)
                yield return (behind, start, inverts);
            if (end > start)
                yield return (start, end, !inverts);
            behind = end;
        }

        if (length > behind)
            yield return (behind, length, inverts);
    }

    private static IEnumerable<(int Start, int End)> Arrange(IEnumerable<(int Start, int End, bool IsDelimiter)> stretches,
        SplitBehavior behavior) => behavior switch
    {
        SplitBehavior.Removed => stretches.Where(s => !s.IsDelimiter).Select(s => (s.Start, s.End)),
        SplitBehavior.Isolated => stretches.Select(s => (s.Start, s.End)),
        SplitBehavior.Contiguous => Join(stretches, (before, next) => before == next),
        SplitBehavior.MergedWithPrevious => Join(stretches, (before, next) => next && !before),
        SplitBehavior.MergedWithNext => Join(stretches, (before, next) => before && !next),
        _ => throw new ArgumentOutOfRangeException(nameof(behavior), behavior, $"{behavior} is no way to split."),
    };

    /// <summary>Joins neighbours where a condition on their being delimiters is true.</summary>
    private static IEnumerable<(int Start, int End)> Join(
        IEnumerable<(int Start, int End, bool IsDelimiter)> stretches, Func<bool, bool, bool> joins)
    {
        var present = (Start: 0, End: 0);
        var before = false;
        foreach (var (start, end, isDelimiter) in stretches)
        {
            if (present.End > present.Start && joins(before, isDelimiter))
            {
                present.End = end;
            }
            else
            {
                yield return present;
                present = (start, end);
            }

            before = isDelimiter;
        }

        yield return present;
    }
}

/// <summary>What becomes of the delimiters that a text is split at.</summary>
internal enum SplitBehavior
{
    /// <summary>They are left out.</summary>
    Removed,

    /// <summary>Each is a part of its own.</summary>
    Isolated,

    /// <summary>Neighbours are one part.</summary>
    Contiguous,

    /// <summary>Each ends the part before it.</summary>
    MergedWithPrevious,

    /// <summary>Each begins the part behind it.</summary>
    MergedWithNext,
}
