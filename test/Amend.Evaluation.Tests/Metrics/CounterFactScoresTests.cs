using Amend.Evaluation.Metrics;

namespace Amend.Evaluation.Tests.Metrics;

public sealed class CounterFactScoresTests
{
    /// <summary>Sums of a few float64 numbers near 100.</summary>
    private const double Tolerance = 1e-10;

    private static readonly NllPair New = new(TargetNew: 1, TargetTrue: 2);
    private static readonly NllPair True = new(TargetNew: 2, TargetTrue: 1);
    private static readonly NllPair Tie = new(TargetNew: 1.5, TargetTrue: 1.5);

    [Fact]
    public void A_success_needs_a_strictly_smaller_loss()
    {
        var scores = CounterFactScores.Of([new CounterFactMeasurement(Tie, [Tie], [Tie])]);

        Assert.Equal((0, 0, 0), (scores.Efficacy.Mean, scores.Paraphrase.Mean, scores.Neighborhood.Mean));
    }

    [Fact]
    public void On_neighborhood_prompts_the_true_target_must_win()
    {
        var scores = CounterFactScores.Of([new CounterFactMeasurement(New, [New], [True, True, New, Tie])]);

        Assert.Equal((100, 100, 50), (scores.Efficacy.Mean, scores.Paraphrase.Mean, scores.Neighborhood.Mean));
    }

    [Fact]
    public void Prompts_are_averaged_in_their_record_before_records_are()
    {
        var scores = CounterFactScores.Of(
        [
            new CounterFactMeasurement(New, [New, True], [True]),
            new CounterFactMeasurement(True, [New, New, New, New], [True]),
        ]);

        Assert.Equal(50, scores.Efficacy.Mean);
        Assert.Equal(75, scores.Paraphrase.Mean);
    }

    [Fact]
    public void A_magnitude_is_the_difference_of_mean_token_probabilities()
    {
        var scores = CounterFactScores.Of([new CounterFactMeasurement(new NllPair(0, Math.Log(4)), [True], [True, New])]);

        Assert.Equal(75, scores.EfficacyMagnitude.Mean, Tolerance);
        Assert.Equal(100 * (Math.Exp(-2) - Math.Exp(-1)), scores.ParaphraseMagnitude.Mean, Tolerance);
        Assert.Equal(0, scores.NeighborhoodMagnitude.Mean, Tolerance);
    }

    [Fact]
    public void The_interval_is_1_96_population_deviations_over_the_root_of_the_records()
    {
        var scores = CounterFactScores.Of([.. new[] { New, True, True, New }.Select(nll => new CounterFactMeasurement(nll, [nll], [nll]))]);

        Assert.Equal(new Estimate(50, 49, 4), scores.Efficacy);
        Assert.Equal("50.00 (49.00)", scores.Efficacy.ToString());
    }

    [Fact]
    public void The_edit_score_is_the_harmonic_mean_of_the_three_shares()
    {
        var scores = CounterFactScores.Of([new CounterFactMeasurement(New, [New, True], [True, New, New, New])]);

        Assert.Equal(3 / (1 / 100.0 + 1 / 50.0 + 1 / 25.0), scores.EditScore, Tolerance);
    }

    [Fact]
    public void The_edit_score_is_zero_where_one_share_is()
    {
        var scores = CounterFactScores.Of([new CounterFactMeasurement(New, [New], [New])]);

        Assert.Equal(0, scores.EditScore);
    }

    [Fact]
    public void A_record_without_prompts_of_a_kind_does_not_count_in_that_figure()
    {
        var scores = CounterFactScores.Of([new CounterFactMeasurement(New, [], [True]), new CounterFactMeasurement(New, [True], [True])]);

        Assert.Equal(new Estimate(0, 0, 1), scores.Paraphrase);
        Assert.Equal(2, scores.Neighborhood.Count);
    }

    [Fact]
    public void A_figure_that_no_record_has_is_not_a_number()
    {
        var scores = CounterFactScores.Of([new CounterFactMeasurement(New, [], [True])]);

        Assert.Equal(0, scores.Paraphrase.Count);
        Assert.True(double.IsNaN(scores.Paraphrase.Mean) && double.IsNaN(scores.EditScore));
    }

    [Fact]
    public void No_records_have_no_figures() => Assert.Throws<ArgumentException>(() => CounterFactScores.Of([]));
}
