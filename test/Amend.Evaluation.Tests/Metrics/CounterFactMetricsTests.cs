using Amend.Evaluation.Metrics;
using static Amend.Evaluation.Tests.Metrics.Measurements;

namespace Amend.Evaluation.Tests.Metrics;

public sealed class CounterFactMetricsTests
{
    /// <summary>Sums of a few float64 numbers near 100.</summary>
    private const double Tolerance = 1e-10;

    [Fact]
    public void A_success_needs_a_strictly_smaller_loss()
    {
        var tie = Case(Losses(PromptKind.Rewrite, 1.5, 1.5), Losses(PromptKind.Neighborhood, 1.5, 1.5));

        Assert.Equal((0, 0), (CounterFactMetrics.EfficacySuccess.ValueOf(tie), CounterFactMetrics.NeighborhoodSuccess.ValueOf(tie)));
    }

    [Fact]
    public void Prompts_are_averaged_in_their_record_before_records_are()
    {
        var figure = CounterFactMetrics.ParaphraseSuccess.Over(
        [
            Case(Losses(PromptKind.Paraphrase, 1, 2), Losses(PromptKind.Paraphrase, 2, 1)),
            Case(Enumerable.Repeat(Losses(PromptKind.Paraphrase, 1, 2), 4)),
        ], seed: 0);

        Assert.Equal((75, 2), (figure.Value, figure.Count));
    }

    [Fact]
    public void A_magnitude_is_the_difference_of_mean_token_probabilities()
    {
        var measured = Case(Losses(PromptKind.Rewrite, 0, Math.Log(4)), Losses(PromptKind.Paraphrase, 2, 1));

        Assert.Equal(75, CounterFactMetrics.EfficacyMagnitude.ValueOf(measured)!.Value, Tolerance);
        Assert.Equal(100 * (Math.Exp(-2) - Math.Exp(-1)), CounterFactMetrics.ParaphraseMagnitude.ValueOf(measured)!.Value, Tolerance);
    }

    [Fact]
    public void The_interval_is_1_96_population_deviations_over_the_root_of_the_records()
    {
        CaseMeasurement[] records = [.. new[] { 1, 2, 2, 1 }.Select(loss => Case(Losses(PromptKind.Rewrite, loss, 1.5)))];

        Assert.Equal(new MetricFigure(50, 1, 99, 4), CounterFactMetrics.EfficacySuccess.Over(records, seed: 0));
    }

    [Fact]
    public void A_record_without_prompts_of_a_kind_does_not_count_in_that_figure()
    {
        CaseMeasurement[] records = [Case(Losses(PromptKind.Rewrite, 1, 2)), Case(Losses(PromptKind.Rewrite, 1, 2), Losses(PromptKind.Paraphrase, 2, 1))];

        Assert.Equal(new MetricFigure(0, 0, 0, 1), CounterFactMetrics.ParaphraseSuccess.Over(records, seed: 0));
        Assert.True(double.IsNaN(CounterFactMetrics.Score.Over(records, seed: 0).Value));
    }
}
