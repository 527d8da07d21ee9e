using Amend.Evaluation.Metrics;
using Amend.Models.Scoring;

namespace Amend.Evaluation.Tests.Metrics;

public sealed class JoinedMetricTests
{
    private static readonly CaseMeasurement[] Cases = [.. Enumerable.Range(0, 40).Select(i => Case(i % 2 == 0, i % 4 != 0, i % 5 != 0))];

    [Fact]
    public void The_interval_holds_the_figure_and_repeats_with_its_seed()
    {
        var first = CounterFactMetrics.Score.Over(Cases, seed: 3);

        Assert.Equal(3 / (1 / 50.0 + 1 / 75.0 + 1 / 80.0), first.Value, 1e-10);
        Assert.InRange(first.Value, first.Low, first.High);
        Assert.InRange(first.High - first.Low, 10, 40);
        Assert.Equal(first, CounterFactMetrics.Score.Over(Cases, seed: 3));
        Assert.NotEqual(first, CounterFactMetrics.Score.Over(Cases, seed: 4));
    }

    [Fact]
    public void A_part_that_is_0_makes_the_figure_0() =>
        Assert.Equal(
            new MetricFigure(0, 0, 0, 2) { Interval = IntervalKind.Bootstrap },
            CounterFactMetrics.Score.Over([Case(false, true, true), Case(false, true, true)], seed: 0));

    private static CaseMeasurement Case(bool rewrite, bool paraphrase, bool neighborhood) => new(
        new MetricCase("0", []),
        null,
        new CaseAnswers([Answer(PromptKind.Rewrite, rewrite), Answer(PromptKind.Paraphrase, paraphrase), Answer(PromptKind.Neighborhood, neighborhood)]));

    private static PromptAnswer Answer(PromptKind kind, bool wins) =>
        new(new MetricPrompt(kind, "p", "a", "b"), Target(wins ? -1 : -2), Target(-1.5), null);

    private static TargetAnswer Target(double logProbability) => new(new TargetScore(logProbability, 1, false), [1], [1]);
}
