using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;
using Amend.Evaluation.Reports;
using Amend.Evaluation.Reports.Comparison;
using Amend.Tensors;

namespace Amend.Evaluation.Tests.Reports;

public sealed class RunComparisonTests
{
    [Fact]
    public void A_run_does_not_differ_from_itself()
    {
        var report = EvalReport.Of(SampleRun.Make());

        var rows = new RunComparison(report, report).Compare();

        Assert.Equal(["none", "rome", "ft <b>&"], rows.Select(row => row.RowA));
        Assert.All(rows, row => Assert.Equal((12, 12, 12), (row.CasesA, row.CasesB, row.Paired)));
        Assert.All(rows.SelectMany(row => row.Metrics), metric => Assert.Equal((0, 0, 0), (metric.Difference, metric.Low, metric.High)));
    }

    [Fact]
    public void Over_all_cases_the_figures_are_the_reports_joined_ones_too()
    {
        var report = EvalReport.Of(SampleRun.Make(cases: 50));

        var compared = new RunComparison(report, report).Compare("rome", "ft <b>&")[0];

        foreach (var metric in compared.Metrics)
        {
            Assert.Equal(report.Rows[1].Metrics[metric.Metric].Value, metric.A, 9);
            Assert.Equal(report.Rows[2].Metrics[metric.Metric].Value, metric.B, 9);
            Assert.Equal(metric.B - metric.A, metric.Difference, 9);
        }

        var score = compared.Metrics.Single(metric => metric.Metric == "cf.s");
        Assert.True(score.Low <= score.Difference && score.Difference <= score.High && score.High < 0, $"{score}");
    }

    [Fact]
    public void The_interval_of_a_mean_is_the_bootstrap_of_the_paired_differences()
    {
        var report = EvalReport.Of(SampleRun.Make(cases: 30));
        double[] differences = [.. report.CaseLines.Where(line => line.Editor == "rome")
            .Zip(report.CaseLines.Where(line => line.Editor == "ft <b>&"))
            .Select(pair => pair.Second.ValueOf("cf.em")!.Value - pair.First.ValueOf("cf.em")!.Value)];

        var compared = new RunComparison(report, report).Compare("rome", "ft <b>&", seed: 4)[0].Metrics
            .Single(metric => metric.Metric == "cf.em");

        var (low, high) = Bootstrap.Interval(30, drawn => drawn.Average(at => differences[at]), seed: 4);
        Assert.Equal(low, compared.Low, 9);
        Assert.Equal(high, compared.High, 9);
    }

    [Fact]
    public void Only_cases_that_both_have_are_paired()
    {
        var (longer, shorter) = (EvalReport.Of(SampleRun.Make(cases: 20)), EvalReport.Of(SampleRun.Make(cases: 7)));

        var compared = new RunComparison(longer, shorter).Compare("rome")[0];

        Assert.Equal((20, 7, 7), (compared.CasesA, compared.CasesB, compared.Paired));
        Assert.All(compared.Metrics, metric => Assert.Equal(7, metric.Pairs));
    }

    [Fact]
    public void Only_moments_that_both_have_are_compared()
    {
        var (both, end) = (
            EvalReport.Of(SampleRun.Make(moments: [Moment.OwnEdit, Moment.End])), EvalReport.Of(SampleRun.Make(moments: Moment.End)));

        Assert.All(new RunComparison(both, end).Compare(), row => Assert.Equal(Moment.End, row.When));
        Assert.Contains(
            "no case in common",
            Refused(() => new RunComparison(EvalReport.Of(SampleRun.Make()), end).Compare("rome")),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Runs_over_different_data_are_refused() => Assert.Contains(
        "different data",
        Refused(() => new RunComparison(EvalReport.Of(SampleRun.Make()), EvalReport.Of(SampleRun.Make(suiteHash: "0ddba11"))).Compare()),
        StringComparison.Ordinal);

    [Fact]
    public void Rows_that_are_not_there_are_refused()
    {
        var report = EvalReport.Of(SampleRun.Make());
        var other = EvalReport.Of(SampleRun.Of([SampleRun.Row("ft-l", "ft-l", 0.5, 3)]));

        Assert.Contains(
            "second run has no row 'memit'",
            Refused(() => new RunComparison(report, report).Compare("rome", "memit")),
            StringComparison.Ordinal);
        Assert.Contains("--row", Refused(() => new RunComparison(report, other).Compare()), StringComparison.Ordinal);
    }

    private static string Refused(Action compare) => Assert.Throws<AmendException>(compare).Message;
}
