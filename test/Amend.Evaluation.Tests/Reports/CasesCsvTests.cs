using Amend.Evaluation.Protocols;
using Amend.Evaluation.Reports;
using Amend.Evaluation.Runs;
using Amend.Tensors;

namespace Amend.Evaluation.Tests.Reports;

public sealed class CasesCsvTests
{
    [Fact]
    public void A_line_a_row_moment_and_case_with_the_parts_of_joined_metrics()
    {
        var lines = CasesCsv.Write(EvalReport.Of(SampleRun.Make(["cf.s", "cf.em"], cases: 2))).Split('\n');

        Assert.Equal("editor,when,case_id,converged,cf.em,cf.es,cf.ps,cf.ns", lines[0]);
        Assert.Equal(3 * 2 + 2, lines.Length);
        Assert.StartsWith("none,after its own edit,0,true,", lines[1], StringComparison.Ordinal);
        Assert.Matches(@"^rome,after its own edit,1,(true|false),-?\d+(\.\d+)?,(0|100),(0|50|100),(0|50|100)$", lines[4]);
        Assert.Equal("", lines[^1]);
    }

    [Fact]
    public void The_same_run_gives_the_same_bytes_whatever_its_times_and_edit_ids()
    {
        var run = SampleRun.Make();
        var again = run with
        {
            Rows = [.. run.Rows.Select(row => row with
            {
                Times = new PhaseTimes(9, 9, 9, 9, 9),
                Cases = [.. row.Cases.Select(one => one with { EditId = one.EditId + "x", EditSeconds = 7 })],
            })],
        };

        Assert.Equal(CasesCsv.Write(EvalReport.Of(run)), CasesCsv.Write(EvalReport.Of(again)));
    }

    [Fact]
    public void What_is_read_is_what_was_written_to_six_digits()
    {
        RowResult row = SampleRun.Row("a \"name\", with\na line", "rome", 0.5, 5, Moment.OwnBatch);
        var report = EvalReport.Of(SampleRun.Of([row], ["cf.em", "rs"]));

        var (metrics, lines) = CasesCsv.Read(new StringReader(CasesCsv.Write(report)), "cases.csv");

        Assert.Equal(report.CaseMetrics, metrics);
        Assert.Equal(
            report.CaseLines.Select(line => (line.Editor, line.When, line.CaseId, line.Converged)),
            lines.Select(line => (line.Editor, line.When, line.CaseId, line.Converged)));
        Assert.All(
            report.CaseLines.Zip(lines),
            pair => Assert.Equal(pair.First.ValueOf("cf.em")!.Value, pair.Second.ValueOf("cf.em")!.Value, 1e-3));
        Assert.All(lines, line => Assert.Null(line.ValueOf("rs")));
    }

    [Theory]
    [InlineData("", "begin")]
    [InlineData("a,b\n", "begin")]
    [InlineData("editor,when,case_id,converged,cf.em\nrome,at the end,1,true\n", "Case 1")]
    [InlineData("editor,when,case_id,converged,cf.em\nrome,at the end,1,true,much\n", "'much'")]
    [InlineData("editor,when,case_id,converged,cf.em\nrome,sometime,1,true,1\n", "'sometime'")]
    public void What_is_broken_is_named(string text, string named) =>
        Assert.Contains(
            named,
            Assert.Throws<AmendException>(() => CasesCsv.Read(new StringReader(text), "cases.csv")).Message,
            StringComparison.Ordinal);
}
