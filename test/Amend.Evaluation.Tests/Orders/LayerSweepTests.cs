using Amend.Evaluation.Metrics;
using Amend.Evaluation.Orders;
using Amend.Evaluation.Runs;
using Amend.Evaluation.Tests.Runs;

namespace Amend.Evaluation.Tests.Orders;

[NoTensorLeaks]
public sealed class LayerSweepTests : IDisposable
{
    private readonly TinyRun _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public void Every_layer_is_edited_in_and_scored()
    {
        var order = LayerSweep.Order(new RunOrder(_tiny.Plan.Suite), "rome", layers: 2);
        var rows = order.Editors!.Split(',').Select(row => RunRow.Parse(row, _tiny.Plan.Context, _tiny.Plan.FindEditor));

        var result = TinyRun.Run(_tiny.Plan with { Rows = [.. rows], Metrics = [BuiltInMetrics.Find(order.Metrics!)] });

        Assert.Equal([0, 1], result.Run.Rows.Select(row => row.Layer!.Value));
        Assert.Equal(10, _tiny.Editor.AppliedBefore.Count);
        var sweep = LayerSweep.Of(result);
        Assert.Equal(("rome", 2), (sweep.Editor, sweep.Scores.Count));
        Assert.All(sweep.Scores, score => Assert.Equal(5, score.Count));
    }

    [Fact]
    public void The_choice_is_the_highest_score_and_names_the_layers_that_may_be_as_good()
    {
        var sweep = new LayerSweep("rome", [new(80, 75, 85, 50), new(91.24, 88, 94, 50), new(90, 86, 93, 50), new(91.24, 88, 94, 50)]);

        Assert.Equal(1, sweep.Layer);
        Assert.Equal("Layer 1: single edits by rome there have the highest edit score, 91.2 (88.0 to 94.0) over 50 cases (the intervals of layers 1, 2, 3 meet).", sweep.Explain());
    }
}
