using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;
using Amend.Evaluation.Reports;

namespace Amend.Evaluation.Tests.Reports;

public sealed class LogitShiftsTests
{
    [Fact]
    public void Each_row_that_edited_has_a_panel_of_the_second_label_with_every_text()
    {
        var panels = EvalReport.Of(ClaimSample.Make(cases: 3)).Logits;

        var panel = Assert.Single(panels);
        Assert.Equal(("ft", Moment.OwnEdit, "SUPPORTS"), (panel.Editor, panel.When, panel.Label));
        Assert.Equal((3 * 6, 3 * 6), (panel.All, panel.Points.Count));
        Assert.Equal(
            [(PromptKind.Rewrite, 3), (PromptKind.Paraphrase, 6), (PromptKind.Neighborhood, 9)],
            panel.Points.CountBy(point => point.Kind).Select(kind => (kind.Key, kind.Value)));
        Assert.Equal(-2, panel.Points[0].Before);
        Assert.Equal(3, panel.Points[0].After);
    }

    [Fact]
    public void A_text_is_flipped_where_its_logit_changes_sign()
    {
        Assert.True(new LogitShift(PromptKind.Rewrite, -0.1, 0.1).IsFlipped);
        Assert.False(new LogitShift(PromptKind.Rewrite, -3, -0.1).IsFlipped);
    }

    [Fact]
    public void Of_more_texts_than_can_be_drawn_as_many_are_drawn_by_lot_of_each_kind()
    {
        var run = ClaimSample.Make(cases: 1600);

        var panel = Assert.Single(EvalReport.Of(run).Logits);

        Assert.Equal(9600, panel.All);
        Assert.Equal([800, 800, 800], panel.Points.CountBy(point => point.Kind).Select(kind => kind.Value));
        Assert.Equal(panel.Points, EvalReport.Of(run).Logits[0].Points);
        // Every sixth neighbour is the first of its case, and those lie below 0.
        var below = panel.Points.Count(point => point.Kind == PromptKind.Neighborhood && point.Before < 0);
        Assert.InRange(below, 200, 340);
    }

    [Theory]
    [InlineData("REFUTES", "SUPPORTS", "NOT ENOUGH INFO")]
    [InlineData]
    public void Models_of_other_labels_than_two_have_no_panels(params string[] labels) =>
        Assert.Empty(EvalReport.Of(ClaimSample.Make(cases: 2) with { Labels = labels }).Logits);

    [Fact]
    public void Answers_that_earlier_builds_kept_without_logits_make_no_panel()
    {
        var run = ClaimSample.Make(cases: 2);
        var bare = run with { Rows = [.. run.Rows.Select(row => row with { Cases = [.. row.Cases.Select(ClaimSample.WithoutLogits)] })] };

        Assert.Empty(EvalReport.Of(bare).Logits);
    }
}
