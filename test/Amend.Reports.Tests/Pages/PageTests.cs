using Amend.Reports.Pages;

namespace Amend.Reports.Tests.Pages;

public sealed class PageTests
{
    private const string Nasty = "<script>\"x\" & 'y'\u0001|*_`";

    private static readonly PageTable Table = new(
        [new PageColumn("Name"), new PageColumn("Value") { Note = "%", Numbers = true }],
        [["a|b", new PageCell("97.5") { Note = "± 1.2", Strong = true }], ["", "1"]]);

    [Fact]
    public void HTML_escapes_every_text()
    {
        var page = new HtmlPage(Nasty, Nasty);
        Fill(page);

        var html = page.ToString();

        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain('\u0001', html);
        Assert.Equal(10, html.Split("&lt;script&gt;").Length - 1);
    }

    [Fact]
    public void HTML_tables_scroll_in_their_own_box_and_rows_without_a_name_go_on()
    {
        var page = new HtmlPage("t");

        page.Table(Table);

        Assert.Contains("<div class=\"scroll\" tabindex=\"0\"><table>", page.ToString(), StringComparison.Ordinal);
        Assert.Contains("<tr class=\"goes-on\"><th scope=\"row\">a|b</th><td class=\"number\"><strong>97.5</strong><small>± 1.2</small></td></tr>", page.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void HTML_is_for_light_and_dark_and_narrow_screens()
    {
        var html = new HtmlPage("t").ToString();

        Assert.Contains("prefers-color-scheme:dark", html, StringComparison.Ordinal);
        Assert.Contains("width=device-width", html, StringComparison.Ordinal);
        Assert.Contains("--plot-blue:", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Markdown_escapes_what_would_be_markup()
    {
        var page = new MarkdownPage(Nasty);
        Fill(page);

        Assert.StartsWith("# \\<script\\>\"x\" & 'y' \\|\\*\\_\\`\n", page.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("\n<", page.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Markdown_tables_align_numbers_and_keep_bars_in_their_cells()
    {
        var page = new MarkdownPage("t");

        page.Table(Table);

        Assert.Equal("# t\n\n| Name | Value (%) |\n| --- | ---: |\n| a\\|b | **97.5** (± 1.2) |\n|  | 1 |\n", page.ToString());
    }

    private static void Fill(IPage page)
    {
        page.Heading(Nasty);
        page.Paragraph(Nasty);
        page.Warning(Nasty);
        page.Note(Nasty);
        page.Facts([(Nasty, "value")]);
        page.Table(new PageTable([new PageColumn(Nasty)], []));
        page.Fold(Nasty, open: true, inside => inside.Note("in"));
    }
}
