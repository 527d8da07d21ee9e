using System.Xml.Linq;
using Amend.Evaluation.Reports;
using Amend.Evaluation.Tests.Reports;
using Amend.Reports.Evaluation;

namespace Amend.Reports.Tests.Evaluation;

public sealed class LogitFiguresTests
{
    private static readonly string[] Rows = ["ft:layers=0", "ft", "zhu <b>", "ke"];

    [Fact]
    public void Claims_have_a_picture_of_logits_beside_the_report_and_a_panel_each_in_the_page()
    {
        using var folder = new TempFolder();

        ReportPages.Write(folder.Path, EvalReport.Of(ClaimSample.Make(cases: 20, Rows)));

        Assert.Equal(
            ["logits.png", "logits.svg", "report.html", "report.md"],
            Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var html = File.ReadAllText(folder.File("report.html"));
        Assert.Contains("Logits before and after an edit, after its own edit", html, StringComparison.Ordinal);
        Assert.Contains("above 0 it is predicted to be SUPPORTS", html, StringComparison.Ordinal);
        Assert.Equal(4, html.Split("aria-label=\"Logits before and after the edits of ").Length - 1);
        Assert.Contains(
            "Logits before and after the edits of ft: to retain, kept 60, to retain, lost 0, paraphrase 40, edited 20\"", html,
            StringComparison.Ordinal);
        Assert.Contains("120 texts", html, StringComparison.Ordinal);
        Assert.Equal(0x89, File.ReadAllBytes(folder.File("logits.png"))[0]);
    }

    [Fact]
    public void The_picture_has_two_panels_a_row_under_their_names_with_marks_told_apart_by_shape_too()
    {
        using var folder = new TempFolder();

        ReportPages.Write(folder.Path, EvalReport.Of(ClaimSample.Make(cases: 20, Rows)));

        var svg = XDocument.Load(folder.File("logits.svg")).Root!;
        var panels = svg.Elements().Where(element => element.Name.LocalName == "svg").ToList();
        Assert.Equal(4, panels.Count);
        Assert.Equal(2, panels.Select(panel => panel.Attribute("x")!.Value).Distinct().Count());
        Assert.Equal(2, panels.Select(panel => panel.Attribute("y")!.Value).Distinct().Count());
        string[] texts = [.. svg.Elements().Where(element => element.Name.LocalName == "text").Select(text => text.Value)];
        Assert.Equal(["●", "to retain, kept", "▲", "paraphrase", "◆", "edited"], texts[..^4]);
        Assert.Equal(Rows, texts[^4..]);
        var ids = svg.Descendants().Attributes("id").Select(id => id.Value).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Fact]
    public void The_table_is_that_of_the_paper()
    {
        using var folder = new TempFolder();

        ReportPages.Write(folder.Path, EvalReport.Of(ClaimSample.Make(cases: 20, Rows)));

        var text = File.ReadAllText(folder.File("report.md"));
        Assert.Contains("| Editor | Success (% ↑) | Retain (% ↑) | Equiv. (% ↑) | Deter. (% ↓) |", text, StringComparison.Ordinal);
        Assert.Contains("−∞ to 100 %, lower is better", text, StringComparison.Ordinal);
        Assert.Contains("generalization", File.ReadAllText(folder.File("report.html")), StringComparison.Ordinal);
    }
}
