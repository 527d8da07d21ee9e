using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;
using Amend.Evaluation.Reports;
using Amend.Evaluation.Runs;

namespace Amend.Evaluation.Tests.Reports;

public sealed class EvalReportTests
{
    [Fact]
    public void Each_row_and_moment_has_the_figures_of_its_cases()
    {
        var run = SampleRun.Make(moments: [Moment.OwnEdit, Moment.End]);

        var report = EvalReport.Of(run);

        Assert.Equal(
            [("none", Moment.OwnEdit), ("none", Moment.End), ("rome", Moment.OwnEdit), ("rome", Moment.End), ("ft <b>&", Moment.OwnEdit), ("ft <b>&", Moment.End)],
            report.Rows.Select(row => (row.Editor, row.When)));
        var metric = BuiltInMetrics.Find("cf.ps");
        Assert.Equal(metric.Over(run.Rows[1].MeasuredAt(Moment.End), run.Run.Seed), report.Rows[3].Metrics["cf.ps"]);
        Assert.NotEqual(report.Rows[2].Metrics["cf.ps"], report.Rows[3].Metrics["cf.ps"]);
        Assert.Equal(
            (12, run.Rows[1].Cases.Count(one => one.Converged), 0.25),
            (report.Rows[2].Cases, report.Rows[2].Converged, report.Rows[2].SecondsAnEdit));
        Assert.Equal(12 / 10.2, report.Rows[2].CasesPerSecond, 9);
    }

    [Fact]
    public void Columns_say_what_they_are()
    {
        var metrics = EvalReport.Of(SampleRun.Make(["cf.s", "gen.exact", "ppl"])).Metrics;

        Assert.Equal([("S", "cf.s"), ("gen.exact", "gen.exact"), ("ppl", "ppl")], metrics.Select(metric => (metric.Heading, metric.Id)));
        Assert.Equal(["cf.es", "cf.ps", "cf.ns"], metrics[0].Parts);
        Assert.Equal((Decoding.Greedy, MetricDirection.LowerIsBetter), (metrics[1].Decoding, metrics[2].Direction));
    }

    [Fact]
    public void The_worst_cases_are_in_order_and_leave_the_unedited_model_out()
    {
        var report = EvalReport.Of(SampleRun.Make(cases: 40));

        Assert.Equal(["rome", "ft <b>&"], report.WorstCases.Select(worst => worst.Editor));
        Assert.All(report.WorstCases, worst => Assert.Equal(10, worst.Cases.Count));
        Assert.All(
            report.WorstCases, worst => Assert.Equal(worst.Cases.OrderBy(one => one.Success).ThenBy(one => one.Margin), worst.Cases));
        var least = report.CaseLines.Where(line => line.Editor == "rome")
            .Min(line => (line.ValueOf("cf.es") + line.ValueOf("cf.ps") + line.ValueOf("cf.ns")) / 3)!.Value;
        Assert.Equal(least, report.WorstCases[0].Cases[0].Success, 9);
    }

    [Fact]
    public void A_bad_case_shows_its_edited_prompt_and_the_prompt_that_went_worst()
    {
        var worst = EvalReport.Of(SampleRun.Make(cases: 40)).WorstCases.SelectMany(row => row.Cases);

        Assert.All(worst, one =>
        {
            Assert.Equal(PromptKind.Rewrite, one.Prompts[0].Kind);
            Assert.InRange(one.Prompts.Count, 1, 2);
            Assert.All(one.Prompts, prompt => Assert.NotNull(prompt.Before));
            Assert.True(one.Prompts[^1].After.Margin() <= one.Prompts[0].After.Margin());
        });
    }

    [Fact]
    public void A_run_without_cases_gives_a_report_without_figures()
    {
        var run = SampleRun.Of([new RowResult(new RunRow("rome", "rome", [], null), [], new PhaseTimes(0, 0, 0, 0, 0))], finished: false);

        var report = EvalReport.Of(run);

        Assert.Empty(report.Rows);
        Assert.Empty(report.WorstCases);
    }
}
