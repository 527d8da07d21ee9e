using Amend.Evaluation.Protocols;
using Amend.Evaluation.Runs;
using Amend.Evaluation.Tests.Reports;

namespace Amend.Evaluation.Tests.Runs;

public sealed class RunUnitTests
{
    private static readonly RunDescription Run = SampleRun.Make().Run;

    [Theory]
    [InlineData("single", 1, 5, false)]
    [InlineData("batch", 2, 3, false)]
    [InlineData("sequential", 2, 1, true)]
    public void What_lies_between_two_reverts_is_a_unit(string protocol, int size, int units, bool keepsEdits)
    {
        var cut = Units(Run, Run.Rows[1], protocol, size);

        Assert.Equal(units, cut.Count);
        Assert.All(cut, unit => Assert.IsType<RevertStep>(unit.Steps[^1]));
        Assert.All(cut, unit => Assert.Equal(keepsEdits, unit.KeepsEdits));
        Assert.Equal(Enumerable.Range(0, 5), cut.SelectMany(unit => unit.Steps).OfType<EditStep>().SelectMany(step => step.Places));
    }

    [Fact]
    public void A_unit_has_its_id_by_run_row_and_places_whatever_the_machine()
    {
        var ids = Units(Run, Run.Rows[1]).Select(unit => unit.Id).ToList();

        Assert.Equal(
            ids, Units(Run with { Machine = new RunMachine("other", "other", 64, "cuda:0") }, Run.Rows[1]).Select(unit => unit.Id));
        Assert.Equal(5, ids.Distinct().Count());
        Assert.Empty(ids.Intersect(Units(Run, Run.Rows[2]).Select(unit => unit.Id)));
        Assert.Empty(ids.Intersect(Units(Run with { Seed = 4 }, Run.Rows[1]).Select(unit => unit.Id)));
    }

    private static List<RunUnit> Units(RunDescription run, RunRow row, string protocol = "single", int size = 1) =>
        [.. RunUnit.Cut(run, row, BuiltInProtocols.Find(protocol).Steps(5, size))];
}
