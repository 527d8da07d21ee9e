using System.Text;

namespace Amend.Reports.Pages;

/// <summary>A report as Markdown with GitHub's tables; it has no pictures.</summary>
public sealed class MarkdownPage : IPage
{
    private readonly StringBuilder _text = new();

    /// <summary>Creates a page.</summary>
    public MarkdownPage(string title) => _text.Append("# ").Append(Plain(title)).Append('\n');

    /// <inheritdoc/>
    public void Heading(string text) => Block("## " + Plain(text));

    /// <inheritdoc/>
    public void Paragraph(string text) => Block(Plain(text));

    /// <inheritdoc/>
    public void Warning(string text) => Block("> **" + Plain(text) + "**");

    /// <inheritdoc/>
    public void Note(string text) => Block(Plain(text));

    /// <inheritdoc/>
    public void Facts(IEnumerable<(string Name, string Value)> facts) =>
        Block(string.Join('\n', facts.Select(fact => $"- {Plain(fact.Name)}: {Plain(fact.Value)}")));

    /// <inheritdoc/>
    public void Table(PageTable table) => Block(string.Join('\n',
    [
        Row(table.Columns.Select(column => Joined(Plain(column.Heading), column.Note))),
        Row(table.Columns.Select(column => column.Numbers ? "---:" : "---")),
        .. table.Rows.Select(row => Row(row.Select(cell => Joined(cell.Strong ? $"**{Plain(cell.Text)}**" : Plain(cell.Text), cell.Note)))),
    ]));

    /// <inheritdoc/>
    public void Figures(IReadOnlyList<PageFigure> figures)
    {
    }

    /// <inheritdoc/>
    public void Fold(string summary, bool open, Action<IPage> write)
    {
        Block("### " + Plain(summary));
        write(this);
    }

    /// <summary>The page.</summary>
    public override string ToString() => _text.ToString();

    private void Block(string text) => _text.Append('\n').Append(text).Append('\n');

    private static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    private static string Joined(string text, string note) => note.Length == 0 ? text : $"{text} ({Plain(note)})";

    private static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            if (letter is '\\' or '`' or '*' or '_' or '|' or '<' or '>' or '[' or ']' or '#')
                plain.Append('\\');
            plain.Append(char.IsControl(letter) ? ' ' : letter);
        }

        return plain.ToString();
    }
}
