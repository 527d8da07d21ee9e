namespace Amend.Editing.Statistics;

/// <summary>A text that statistics are collected from, cut to the sequence length as a whole: a line, or a record's text.</summary>
/// <param name="Text">The text; it may be blank.</param>
/// <param name="BeginsFile">Whether it is the first of a file.</param>
public readonly record struct TextPassage(string Text, bool BeginsFile)
{
    /// <summary>The lines of one text.</summary>
    public static IEnumerable<TextPassage> Of(IEnumerable<string> lines) => lines.Select((line, at) => new TextPassage(line, at == 0));
}
