using Amend.Evaluation.Metrics;

namespace Amend.Evaluation.Tests.Metrics;

public sealed class MetricFigureTests
{
    private static readonly (double, double) Percent = (0, 100);

    [Fact]
    public void A_mean_far_from_the_ends_has_the_normal_interval()
    {
        double[] values = [40, 60, 50, 50, 45, 55];

        Assert.Equal(MetricFigure.MeanOf(values), MetricFigure.MeanWithin(values, Percent, seed: 1));
    }

    [Theory]
    [InlineData("100,100,100,0,0")]
    [InlineData("0,0,0,100")]
    [InlineData("100,0")]
    public void An_interval_that_would_leave_the_range_is_by_bootstrap_and_stays_inside(string text)
    {
        double[] values = [.. text.Split(',').Select(double.Parse)];
        Assert.True(MetricFigure.MeanOf(values) is { Low: < 0 } or { High: > 100 });

        var figure = MetricFigure.MeanWithin(values, Percent, seed: 1);

        Assert.Equal((values.Average(), values.Length, IntervalKind.Bootstrap), (figure.Value, figure.Count, figure.Interval));
        Assert.InRange(figure.Low, 0, figure.Value);
        Assert.InRange(figure.High, figure.Value, 100);
        Assert.Equal(figure, MetricFigure.MeanWithin(values, Percent, seed: 1));
    }

    [Fact]
    public void Without_a_bound_nothing_can_be_left()
    {
        var figure = MetricFigure.MeanWithin([0, 0, 0, 100], (double.NegativeInfinity, double.PositiveInfinity), seed: 1);

        Assert.Equal((IntervalKind.Normal, true), (figure.Interval, figure.Low < 0));
    }
}
