using System.Globalization;
using System.Xml.Linq;
using Amend.Shipping.Gates;

namespace Amend.Shipping.Tests.Gates;

public sealed class ReportFilesTests
{
    private static readonly CheckReport Report = SampleReport.Make();

    [Fact]
    public void Without_a_gate_each_question_that_does_not_hold_is_a_failure()
    {
        var read = XDocument.Parse(JUnitReport.Write(Report, null)).Root!;

        Assert.Equal("testsuites", read.Name.LocalName);
        Assert.Equal(["edit aa", "edit bb", "edit cc"], read.Elements("testsuite").Select(suite => suite.Attribute("name")!.Value));
        // Six questions in three forms, of which half fail, and the edit for which nothing is asked.
        Assert.Equal((19, 9, 1), Counts(read));
        Assert.Equal(9, read.Descendants("failure").Count());
        Assert.Equal("wanted 'Rome', is 'Par\uFFFDis', P 0.2000", read.Descendants("failure").First().Attribute("message")!.Value);
        Assert.All(read.Elements("testsuite"), suite => Assert.Equal(suite.Elements("testcase").Count(), Number(suite, "tests")));
    }

    [Fact]
    public void With_a_gate_its_criteria_decide()
    {
        var gate = Gate.Parse("gates.yaml", "plain: { prompts: 1, neighbors: 0.5 }").Judge(Report);

        var read = XDocument.Parse(JUnitReport.Write(Report, gate)).Root!;

        var suite = read.Elements("testsuite").First();
        Assert.Equal("gate gates.yaml", suite.Attribute("name")!.Value);
        Assert.Equal((2, 1, 0), Counts(suite));
        var failure = Assert.Single(read.Descendants("failure"));
        Assert.Equal("plain.prompts is 0.5 (1 of 2) and at least 1 is asked", failure.Attribute("message")!.Value);
        Assert.Equal((21, 1, 10), Counts(read));
    }

    [Fact]
    public void Markdown_has_every_figure_and_quotes_what_a_model_wrote()
    {
        var gate = Gate.Parse("gates.yaml", "probe: 0.9").Judge(Report);

        var text = MarkdownReport.Write(Report, gate);

        Assert.Contains("The gate `gates.yaml` **refuses** it.", text, StringComparison.Ordinal);
        Assert.Contains("| probe | 0.5 (4 of 8) | at least 0.9 | **fails** |", text, StringComparison.Ordinal);
        Assert.Contains("| free | 1 of 2 | 1 of 2 | 1 of 2 |", text, StringComparison.Ordinal);
        Assert.Contains("22.000, 1.1000 of 20.000 without edits", text, StringComparison.Ordinal);
        Assert.Contains(@"The tower stands \| \<b\>in\</b\>", text, StringComparison.Ordinal);
        Assert.Contains("Nothing was asked for cc.", text, StringComparison.Ordinal);
        Assert.DoesNotContain("refuses", MarkdownReport.Write(Report, null), StringComparison.Ordinal);
    }

    private static (int Tests, int Failures, int Skipped) Counts(XElement suite) =>
        (Number(suite, "tests"), Number(suite, "failures"), Number(suite, "skipped"));

    private static int Number(XElement suite, string name) => int.Parse(suite.Attribute(name)!.Value, CultureInfo.InvariantCulture);
}
