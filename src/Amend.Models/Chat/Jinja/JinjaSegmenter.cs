namespace Amend.Models.Chat.Jinja;

/// <summary>
/// Cuts a template into text, outputs and tags. White space as Hugging Face has it: the line break behind a tag and the spaces
/// before one at a line's beginning are left out (<c>trim_blocks</c>, <c>lstrip_blocks</c>), and all of it where a minus says so.
/// </summary>
internal static class JinjaSegmenter
{
    private static readonly Dictionary<char, (SegmentKind Kind, string Close)> Openings = new()
    {
        ['{'] = (SegmentKind.Output, "}}"),
        ['%'] = (SegmentKind.Tag, "%}"),
        ['#'] = (SegmentKind.Comment, "#}"),
    };

    /// <summary>The stretches in order, without comments.</summary>
    /// <exception cref="FormatException">A brace is not closed.</exception>
    public static IReadOnlyList<Segment> Cut(string template)
    {
        var source = template.ReplaceLineEndings("\n");
        if (source.EndsWith('\n'))
            source = source[..^1];
        var segments = new List<Segment>();
        for (var at = 0; at < source.Length;)
        {
            var open = NextOpening(source, at);
            if (open < 0)
            {
                segments.Add(new Segment(SegmentKind.Text, source[at..]));
                break;
            }

            var (kind, close) = Openings[source[open + 1]];
            var end = kind == SegmentKind.Comment
                ? source.IndexOf(close, open + 2, StringComparison.Ordinal)
                : Closing(source, open + 2, close);
            if (end < 0)
                throw new FormatException($"'{source[open..Math.Min(source.Length, open + 20)]}' is not closed");
            segments.Add(new Segment(SegmentKind.Text, Before(source, at, open, kind)));
            if (kind != SegmentKind.Comment)
                segments.Add(new Segment(kind, source[(open + 2)..end].Trim('-', '+').Trim()));
            at = Behind(source, end, kind);
        }

        return [.. segments.Where(segment => segment.Kind != SegmentKind.Text || segment.Text.Length > 0)];
    }

    private static int NextOpening(string source, int at)
    {
        for (at = source.IndexOf('{', at); at >= 0 && at + 1 < source.Length; at = source.IndexOf('{', at + 1))
        {
            if (Openings.ContainsKey(source[at + 1]))
                return at;
        }

        return -1;
    }

    /// <summary>The closing braces that are not inside a quoted text or a dictionary.</summary>
    private static int Closing(string source, int at, string close)
    {
        var braces = 0;
        for (; at < source.Length; at++)
        {
            var character = source[at];
            if (character is '"' or '\'')
            {
                for (at++; at < source.Length && source[at] != character; at++)
                {
                    if (source[at] == '\\')
                        at++;
                }
            }
            else if (braces == 0 && string.CompareOrdinal(source, at, close, 0, close.Length) == 0)
            {
                return at;
            }
            else
            {
                braces += character == '{' ? 1 : character == '}' ? -1 : 0;
            }
        }

        return -1;
    }

    private static string Before(string source, int start, int open, SegmentKind kind)
    {
        var text = source[start..open];
        var sign = open + 2 < source.Length ? source[open + 2] : ' ';
        if (sign == '-')
            return text.TrimEnd();
        if (kind == SegmentKind.Output || sign == '+')
            return text;
        var line = text.TrimEnd(' ', '\t');
        var beginsLine = line.Length > 0 ? line[^1] == '\n' : start == 0 || source[start - 1] == '\n';
        return beginsLine ? line : text;
    }

    private static int Behind(string source, int end, SegmentKind kind)
    {
        var at = end + 2;
        if (source[end - 1] == '-')
        {
            while (at < source.Length && char.IsWhiteSpace(source[at]))
                at++;
        }
        else if (kind != SegmentKind.Output && source[end - 1] != '+' && at < source.Length && source[at] == '\n')
        {
            at++;
        }

        return at;
    }
}

/// <summary>A stretch of a template.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text, without the braces.</param>
internal sealed record Segment(SegmentKind Kind, string Text);

/// <summary>What a stretch of a template is.</summary>
internal enum SegmentKind
{
    /// <summary>Text that is written as it is.</summary>
    Text,

    /// <summary>An expression whose value is written.</summary>
    Output,

    /// <summary>A tag such as <c>if</c>.</summary>
    Tag,

    /// <summary>A comment.</summary>
    Comment,
}
