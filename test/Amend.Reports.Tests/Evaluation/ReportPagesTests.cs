using System.Text.RegularExpressions;
using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;
using Amend.Evaluation.Reports;
using Amend.Evaluation.Runs;
using Amend.Evaluation.Tests.Reports;
using Amend.Reports.Evaluation;

namespace Amend.Reports.Tests.Evaluation;

public sealed partial class ReportPagesTests
{
    private static readonly string[] Measured = ["cf.s", "cf.es", "cf.em", "cf.ps", "cf.pm", "cf.ns", "cf.nm", "ge", "rs", "tf.token_acc", "gen.exact", "loc.agree", "ppl"];

    [Fact]
    public void Two_files_are_written_and_nothing_else()
    {
        using var folder = new TempFolder();

        ReportPages.Write(folder.File("out"), EvalReport.Of(SampleRun.Make()));

        Assert.Equal(["report.html", "report.md"], Directory.GetFiles(folder.File("out")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_Markdown_table_is_the_papers_with_the_best_editor_in_bold()
    {
        var text = Written("report.md", SampleRun.Make(Measured, cases: 60));

        Assert.Contains("| Editor | S (% ↑) | ES (% ↑) | EM (% ↑) | PS (% ↑) | PM (% ↑) | NS (% ↑) | NM (% ↑) |", text, StringComparison.Ordinal);
        Assert.Matches(@"\| rome \| \*\*\d+\.\d\*\* \(\d+\.\d–\d+\.\d\) \|", text);
        Assert.DoesNotMatch(@"\| none \(unedited\).*\*\*", text);
        Assert.Contains("ft \\<b\\>&", text, StringComparison.Ordinal);
        Assert.Contains("Measured after its own edit", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_needs_nothing_from_elsewhere_and_escapes_what_it_quotes()
    {
        var html = Written("report.html", SampleRun.Make(Measured));

        Assert.DoesNotMatch(@"(src|href)\s*=|@import|<script|url\((?!#plot)", html);
        Assert.Contains("ft &lt;b&gt;&amp;", html, StringComparison.Ordinal);
        Assert.DoesNotContain("ft <b>", html, StringComparison.Ordinal);
        Assert.Contains("&quot;prompt&quot;", html, StringComparison.Ordinal);
        Assert.True(html.Split("<svg").Length > 7);
        var ids = Id().Matches(html).Select(match => match.Value).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Fact]
    public void A_stopped_run_and_broken_records_are_said()
    {
        var text = Written("report.md", SampleRun.Make(finished: false) with { SkippedRecords = 3 });

        Assert.Contains("stopped before", text, StringComparison.Ordinal);
        Assert.Contains("3 broken records", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_that_the_guard_stopped_says_where_and_why()
    {
        var breach = new ReportBreach(Place: 3, "norm", 0.5, 0.4, "the relative norm of all changes of a matrix is 0.5, over 0.4");
        var report = EvalReport.Of(SampleRun.Make()) with
        {
            Guards = [new ReportGuard { Editor = "rome", Writes = 4, Stopped = true, Breaches = [breach], Passed = [] }],
        };
        using var folder = new TempFolder();

        ReportPages.Write(folder.Path, report);

        var said = $"rome was stopped by the guard at case 4: {breach.Reason}. Its figures are of the cases before.";
        Assert.Contains(said, File.ReadAllText(folder.File("report.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_stream_has_its_course_as_a_table_and_as_pictures_and_one_section_of_figures()
    {
        Moment[] moments = [Moment.OnArrival, Moment.OwnEdit, Moment.After(2), Moment.After(4), Moment.End];
        RowResult Row(string name, double success) => SampleRun.Row(name, name, success, cases: 6, moments) with
        {
            EditedBytes = moments[2..].ToDictionary(moment => moment, _ => 1500L),
        };
        var run = SampleRun.Of([Row("ft", 0.4), Row("rome", 0.2)], ["stream.es", "stream.err", "stream.trr"]);
        var report = EvalReport.Of(run with { Run = run.Run with { Stream = new StreamDescription("abc", null, null, 2, null, 1000) } });
        using var folder = new TempFolder();

        ReportPages.Write(folder.Path, report);

        var page = File.ReadAllText(folder.File("report.md"));
        Assert.Equal(["Measured at the end"], page.Split('\n').Where(line => line.StartsWith("## Measured", StringComparison.Ordinal)).Select(line => line[3..]));
        Assert.Contains("## The course of the stream", page, StringComparison.Ordinal);
        Assert.Contains("after 4 edits", page, StringComparison.Ordinal);
        Assert.Contains("measured every 2 edits, upstream abc", page, StringComparison.Ordinal);
        Assert.Contains("No case has what these need: stream.trr.", page, StringComparison.Ordinal);
        var picture = File.ReadAllText(folder.File("stream.svg"));
        Assert.All(["ft", "rome", "ERR, %", "edits"], text => Assert.Contains(text, picture, StringComparison.Ordinal));
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(folder.File("stream.png"))[..4]);
    }

    [Fact]
    public void Every_built_in_metric_and_a_run_without_cases_can_be_reported()
    {
        var all = BuiltInMetrics.All.Select(metric => metric.Info.Id).ToArray();

        var page = Written("report.html", SampleRun.Make(all));

        Assert.All(all, id => Assert.Contains(id, page, StringComparison.Ordinal));
        Assert.Contains("no cases", Written("report.html", SampleRun.Of([new RowResult(new RunRow("rome", "rome", [], null), [], new PhaseTimes(0, 0, 0, 0, 0))], all)), StringComparison.Ordinal);
    }

    private static string Written(string file, RunResult run)
    {
        using var folder = new TempFolder();
        ReportPages.Write(folder.Path, EvalReport.Of(run));
        return File.ReadAllText(folder.File(file));
    }

    [GeneratedRegex("(?<= id=\")[^\"]+")]
    private static partial Regex Id();
}
