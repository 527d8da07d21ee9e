using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;
using Amend.Evaluation.Reports;
using Amend.Evaluation.Runs;

namespace Amend.Evaluation.Tests.Runs;

/// <summary>A protocol and a metric that no build knows: a host's own are run, resumed and reported as the built-in ones are.</summary>
[NoTensorLeaks]
public sealed class HostProtocolTests : IDisposable
{
    private static readonly Protocol Stream = new("host-stream", "Two edits, all cases, two edits, all cases.", Steps);
    private static readonly IMetric Length = new CaseMetric(
        new MetricInfo { Id = "host.tokens", Title = "Tokens of the wanted answer", Paper = "none", Unit = "", High = 20, Needs = MetricNeeds.Rewrite },
        measured => measured.Now.Of(PromptKind.Rewrite).Single().Wanted.TargetIds.Count);

    private readonly TinyRun _tiny = new();

    private RunPlan Plan => _tiny.Plan with { Protocol = Stream, Metrics = [BuiltInMetrics.Find("cf.em"), Length] };

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public void Cases_are_measured_at_the_protocols_moments_whether_they_were_edited_or_not()
    {
        var row = TinyRun.Run(Plan).Rows[1];

        Assert.Equal([0, 1, 2, 3], _tiny.Editor.AppliedBefore.Select(ids => ids.Count));
        Assert.Equal(5, row.Cases.Count);
        Assert.All(row.Cases, one => Assert.Equal([Moment.After(2), Moment.After(4)], one.Answers.Keys.OrderBy(moment => moment.Order)));
        Assert.Equal([false, false, false, false, true], row.Cases.Select(one => one.EditId is null));
    }

    [Fact]
    public void A_stream_that_is_stopped_after_every_measurement_gives_what_an_undisturbed_one_gives()
    {
        var whole = EvalReport.Of(TinyRun.Run(_tiny.Elsewhere(Plan, "whole")));
        _tiny.Editor.AppliedBefore.Clear();

        var result = TinyRun.RunALittle(Plan);
        for (var starts = 1; !result.Finished && starts < 20; starts++)
            result = TinyRun.RunALittle(Plan);

        Assert.Equal(4, _tiny.Editor.AppliedBefore.Count);
        Assert.Equal(CasesCsv.Write(whole), CasesCsv.Write(EvalReport.Of(result)));
    }

    [Fact]
    public void The_moments_and_the_metric_are_in_the_table_of_cases()
    {
        var csv = CasesCsv.Write(EvalReport.Of(TinyRun.Run(Plan)));

        Assert.StartsWith("editor,when,case_id,converged,cf.em,host.tokens\n", csv, StringComparison.Ordinal);
        Assert.Contains("\nstub,after 2 edits,0,true,", csv, StringComparison.Ordinal);
        var (metrics, lines) = CasesCsv.Read(new StringReader(csv), "cases.csv");
        Assert.Equal(["cf.em", "host.tokens"], metrics);
        Assert.Equal(10, lines.Count(line => line.When == Moment.After(4)));
    }

    private static IEnumerable<ProtocolStep> Steps(int cases, int batchSize)
    {
        int[] all = [.. Enumerable.Range(0, cases)];
        foreach (var place in all.Take(4))
        {
            yield return new EditStep([place]);
            if (place % 2 == 1)
                yield return new MeasureStep(all, Moment.After(place + 1));
        }

        yield return new RevertStep();
    }
}
