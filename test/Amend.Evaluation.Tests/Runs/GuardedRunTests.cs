using Amend.Editing.Governance;
using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;
using Amend.Evaluation.Reports;
using Amend.Evaluation.Runs;

namespace Amend.Evaluation.Tests.Runs;

[NoTensorLeaks]
public sealed class GuardedRunTests : IDisposable
{
    private static readonly GuardLimits None = GuardLimits.Parse("write=off,norm=off,denominator=off,perplexity=off,past=off");
    private readonly TinyRun _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Theory]
    [InlineData("single", 1, 5)]
    [InlineData("batch", 2, 3)]
    [InlineData("sequential", 2, 3)]
    public void Each_write_is_measured_and_inside_the_limits_no_figure_changes(string protocol, int size, int writes)
    {
        var plan = _tiny.Plan with { Protocol = BuiltInProtocols.Find(protocol), BatchSize = size };

        var (plain, guarded) = (TinyRun.Run(_tiny.Elsewhere(plan, "plain")), TinyRun.Run(Guarded(plan, None)));

        Assert.True(guarded.Finished);
        Assert.Equivalent(Said(plain), Said(guarded), strict: true);
        Assert.Empty(guarded.Rows[0].Guarded);
        Assert.Equal(Enumerable.Range(0, writes).Select(at => at * size), guarded.Rows[1].Guarded.Select(write => write.Place));
        Assert.All(guarded.Rows[1].Guarded, write => Assert.Null(write.Breach));
        Assert.All(guarded.Rows[1].Guarded, write => Assert.True(write.Measures is { Write: > 0, PerplexityRatio: > 0 }));
    }

    [Fact]
    public void A_breach_ends_the_row_with_the_cases_before_it()
    {
        var limits = LimitAt(3);

        var result = TinyRun.Run(Guarded(Sequential, limits));

        var stub = result.Rows[1];
        Assert.True(result.Finished);
        Assert.True(stub.Stopped);
        Assert.Equal(3, stub.Cases.Count);
        Assert.All(stub.Cases, one => Assert.Equal([Moment.OwnEdit, Moment.End], one.Answers.Keys.OrderBy(moment => moment.Order)));
        Assert.Equal((3, "norm", true), (stub.Guarded[^1].Place, stub.Guarded[^1].Breach!.Measure, stub.Guarded[^1].Stopped));
        Assert.Equal(5, result.Rows[0].Cases.Count);
        Assert.Equal(LogProbability(stub.Cases[2].Answers[Moment.OwnEdit]), LogProbability(stub.Cases[2].Answers[Moment.End]), 1e-5);
    }

    [Fact]
    public void A_breach_is_taken_back_and_the_row_goes_on_where_that_is_asked()
    {
        var limits = LimitAt(3);

        var result = TinyRun.Run(Guarded(Sequential, limits, OnBreach.Revert));

        var stub = result.Rows[1];
        Assert.True(result.Finished);
        Assert.False(stub.Stopped);
        Assert.Equal(5, stub.Cases.Count);
        var taken = stub.Guarded.Where(write => write.Breach is not null).Select(write => write.Place).ToList();
        Assert.Contains(3, taken);
        Assert.All(stub.Cases, (one, at) => Assert.Equal((taken.Contains(at), !taken.Contains(at)), (one.EditId is null, one.Converged)));
        Assert.All(stub.Guarded.Where(write => write.Breach is null), write => Assert.True(write.Measures.Total <= limits.Norm));
    }

    [Theory]
    [InlineData(OnBreach.Stop)]
    [InlineData(OnBreach.Revert)]
    public void A_guarded_run_that_is_stopped_after_every_measurement_gives_what_an_undisturbed_one_gives(OnBreach onBreach)
    {
        var plan = Guarded(Sequential, LimitAt(3), onBreach);
        var whole = TinyRun.Run(_tiny.Elsewhere(plan, "whole"));

        var starts = 1;
        var result = TinyRun.RunALittle(plan);
        for (; !result.Finished && starts < 100; starts++)
            result = TinyRun.RunALittle(plan);

        Assert.InRange(starts, 4, 20);
        Assert.Equivalent(Said(whole), Said(result), strict: true);
        Assert.Equivalent(whole.Rows[1].Guarded, result.Rows[1].Guarded, strict: true);
        _tiny.Editor.AppliedBefore.Clear();
        Assert.True(TinyRun.Run(plan).Finished);
        Assert.Empty(_tiny.Editor.AppliedBefore);
    }

    [Fact]
    public void Another_guard_is_another_run()
    {
        TinyRun.Run(Guarded(Sequential, None));

        Assert.Contains(
            "its guard is",
            Assert.Throws<Amend.Tensors.AmendException>(() => TinyRun.Run(Guarded(Sequential, new GuardLimits()))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_report_says_why_a_row_ended()
    {
        var report = EvalReport.Of(TinyRun.Run(Guarded(Sequential, LimitAt(3))));
        using var folder = new TempFolder();
        ReportFolder.Write(folder.Path, report);

        var guard = Assert.Single(report.Guards);
        Assert.Equal(("stub", 4, 3, true), (guard.Editor, guard.Writes, guard.Passed.Count, guard.Stopped));
        var breach = Assert.Single(guard.Breaches);
        Assert.StartsWith("the relative norm of all changes of a matrix is ", breach.Reason, StringComparison.Ordinal);
        Assert.Equivalent(report.Guards[0].Breaches, ReportFolder.Read(folder.Path).Guards[0].Breaches, strict: true);
    }

    private RunPlan Sequential => _tiny.Plan with { Protocol = BuiltInProtocols.Find("sequential") };

    private static RunPlan Guarded(RunPlan plan, GuardLimits limits, OnBreach onBreach = OnBreach.Stop) =>
        plan with { Guard = new GuardPlan(limits, onBreach), GuardText = "Mauritius lies in the Indian ocean." };

    /// <summary>Limits that a sequence first breaks at a place, by how far its edits have moved the matrix until then.</summary>
    private GuardLimits LimitAt(int place)
    {
        var totals = TinyRun.Run(_tiny.Elsewhere(Guarded(Sequential, None), "free")).Rows[1].Guarded.Select(write => write.Measures.Total)
            .ToList();
        Assert.True(totals[place] > totals.Take(place).Max(), string.Join(", ", totals));
        return None with { Norm = (totals[place] + totals.Take(place).Max()) / 2 };
    }

    private static double LogProbability(CaseAnswers said) => said.Prompts[0].Wanted.Score.LogProbability;

    private static object Said(RunResult result) =>
        result.Rows.Select(row => row.Cases.Select(one => new { one.CaseId, one.Converged, one.Before, one.Answers }));
}
