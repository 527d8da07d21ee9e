using System.Globalization;
using System.Text;
using Amend.Reports.Plots;

namespace Amend.Reports.Pages;

/// <summary>
/// A report as one HTML file that needs nothing else: no script, no font, no picture from elsewhere. It follows the reader's choice
/// of light or dark, and is read on a telephone too: wide tables scroll inside their own box.
/// </summary>
public sealed class HtmlPage : IPage
{
    private static readonly Dictionary<char, string> Escaped = new()
    {
        ['&'] = "&amp;",
        ['<'] = "&lt;",
        ['>'] = "&gt;",
        ['"'] = "&quot;", ['\''] = "&#39;",
    };

    private readonly string _title;
    private readonly StringBuilder _body = new();
    private int _figures;

    /// <summary>Creates a page.</summary>
    /// <param name="title">Its title and first heading.</param>
    /// <param name="kicker">A line above the heading.</param>
    public HtmlPage(string title, string kicker = "")
    {
        _title = title;
        if (kicker.Length > 0)
            Element("p", kicker, "kicker");
        Element("h1", title);
    }

    /// <inheritdoc/>
    public void Heading(string text) => Element("h2", text);

    /// <inheritdoc/>
    public void Paragraph(string text) => Element("p", text);

    /// <inheritdoc/>
    public void Warning(string text) => Element("p", text, "warning");

    /// <inheritdoc/>
    public void Note(string text) => Element("p", text, "note");

    /// <inheritdoc/>
    public void Facts(IEnumerable<(string Name, string Value)> facts)
    {
        _body.Append("<dl>");
        foreach (var (name, value) in facts)
            _body.Append("<div><dt>").Append(Text(name)).Append("</dt><dd>").Append(Text(value)).Append("</dd></div>");
        _body.Append("</dl>\n");
    }

    /// <inheritdoc/>
    public void Table(PageTable table)
    {
        _body.Append("<div class=\"scroll\" tabindex=\"0\"><table><thead><tr>");
        foreach (var column in table.Columns)
            Cell("th scope=\"col\"", "th", column, column.Heading, column.Note, strong: false);
        _body.Append("</tr></thead><tbody>\n");
        for (var number = 0; number < table.Rows.Count; number++)
        {
            var row = table.Rows[number];
            var goesOn = number + 1 < table.Rows.Count && table.Rows[number + 1][0].Text.Length == 0;
            _body.Append(goesOn ? "<tr class=\"goes-on\">" : "<tr>");
            foreach (var (cell, at) in row.Select((cell, at) => (cell, at)))
                Cell(at == 0 ? "th scope=\"row\"" : "td", at == 0 ? "th" : "td", table.Columns[at], cell.Text, cell.Note, cell.Strong);
            _body.Append("</tr>\n");
        }

        _body.Append("</tbody></table></div>\n");
    }

    /// <inheritdoc/>
    public void Figures(IReadOnlyList<PageFigure> figures)
    {
        if (figures.Count == 0)
            return;
        _body.Append("<div class=\"figures\">\n");
        foreach (var figure in figures)
        {
            _body.Append(CultureInfo.InvariantCulture, $"<figure style=\"--width:{figure.Picture.Width}px\"><figcaption><b>")
                .Append(Text(figure.Title))
                .Append("</b>");
            if (figure.Note.Length > 0)
                _body.Append(" <span>").Append(Text(figure.Note)).Append("</span>");
            foreach (var (color, meaning) in figure.Legend)
                _body.Append("<span class=\"key\"><i style=\"background:")
                    .Append(color.Css)
                    .Append("\"></i>")
                    .Append(Text(meaning))
                    .Append("</span>");
            _body.Append("</figcaption>")
                .Append(figure.Picture.ToSvg(string.Create(CultureInfo.InvariantCulture, $"plot{++_figures}")))
                .Append("</figure>\n");
        }

        _body.Append("</div>\n");
    }

    /// <summary>A graph of lanes.</summary>
    public void Graph(PageGraph graph)
    {
        _body.Append(CultureInfo.InvariantCulture, $"<ol class=\"graph\" style=\"--lanes:{graph.LanesWidth}px\">\n");
        foreach (var row in graph.Rows)
        {
            _body.Append("<li>").Append(PageGraph.Draw(row)).Append("<p>").Append(Text(row.Title)).Append("</p>");
            foreach (var line in row.Lines)
                _body.Append("<small>").Append(Text(line)).Append("</small>");
            _body.Append("</li>\n");
        }

        _body.Append("</ol>\n");
    }

    /// <inheritdoc/>
    public void Fold(string summary, bool open, Action<IPage> write)
    {
        _body.Append(open ? "<details open>" : "<details>").Append("<summary>").Append(Text(summary)).Append("</summary>\n");
        write(this);
        _body.Append("</details>\n");
    }

    /// <summary>The page.</summary>
    public override string ToString() =>
        $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width,initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{Text(_title)}</title>
        <style>
        {PlotTheme.Css()}{EmbeddedFile.Text("page.css")}</style>
        </head>
        <body><main>
        {_body}</main></body>
        </html>

        """;

    private void Cell(string opening, string name, PageColumn column, string text, string note, bool strong)
    {
        _body.Append('<').Append(opening).Append(column.Numbers ? " class=\"number\">" : ">");
        _body.Append(strong ? $"<strong>{Breakable(text)}</strong>" : Breakable(text));
        if (note.Length > 0)
            _body.Append("<small>").Append(Text(note)).Append("</small>");
        _body.Append("</").Append(name).Append('>');
    }

    private void Element(string name, string text, string kind = "")
    {
        _body.Append('<').Append(name);
        if (kind.Length > 0)
            _body.Append(" class=\"").Append(kind).Append('"');
        _body.Append('>').Append(Text(text)).Append("</").Append(name).Append(">\n");
    }

    /// <summary>Escaped, with places to break long names such as <c>rome:key_policy=bare</c>.</summary>
    private static string Breakable(string text) =>
        Text(text).Replace(":", ":<wbr>", StringComparison.Ordinal).Replace("=", "=<wbr>", StringComparison.Ordinal);

    /// <summary>Escaped, and without control characters, which HTML does not allow.</summary>
    private static string Text(string text) =>
        string.Concat(
            text.Select(letter => Escaped.TryGetValue(letter, out var name) ? name : char.IsControl(letter) ? " " : letter.ToString()));
}
