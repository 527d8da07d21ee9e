using Amend.Evaluation.Metrics;

namespace Amend.Evaluation.Tests.Metrics;

public sealed class BootstrapTests
{
    [Fact]
    public void The_interval_of_a_mean_is_near_the_normal_one()
    {
        double[] values = [.. Enumerable.Range(0, 400).Select(i => i % 2 * 1.0)];
        var expected = 1.96 * 0.5 / Math.Sqrt(values.Length);

        var (low, high) = Bootstrap.Interval(values.Length, drawn => drawn.Average(i => values[i]), seed: 1);

        Assert.Equal(0.5 - expected, low, 0.1 * expected);
        Assert.Equal(0.5 + expected, high, 0.1 * expected);
    }

    [Fact]
    public void Samples_without_a_figure_are_left_out() =>
        Assert.Equal((1, 1), Bootstrap.Interval(2, drawn => drawn[0] == 0 ? double.NaN : 1, seed: 1));
}
