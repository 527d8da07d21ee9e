using Amend.Editing.KeyValue;

namespace Amend.Editing.Tests.KeyValue;

public sealed class LbfgsPathTests
{
    private static readonly double[] Bottom = [1.5, -2, 0.5, 1, -0.25, 2];

    [Fact]
    public void A_narrow_valley_is_descended_further_than_by_Adam_in_as_many_evaluations()
    {
        var (path, adam) = (new LbfgsPath(6, norm: 4, radius: 10, rate: 0.1), new AdamPath(6, 0.1));
        double[] at = new double[6], byAdam = new double[6];
        for (var step = 0; step < 20; step++)
        {
            at = path.Next(Valley(at), Slope(at));
            byAdam = adam.Next(byAdam, Slope(byAdam));
        }

        Assert.InRange(Valley(path.Best), 0, 0.01 * Valley(byAdam));
        Assert.False(path.IsAdam);
    }

    [Fact]
    public void The_best_point_is_the_lowest_that_was_evaluated_and_all_lie_in_the_ball()
    {
        var path = new LbfgsPath(6, norm: 1, radius: 1.25, rate: 0.1);
        var (at, lowest) = (new double[6], double.PositiveInfinity);
        for (var step = 0; step < 12; step++)
        {
            lowest = Math.Min(lowest, Valley(at));
            at = path.Next(Valley(at), Slope(at));
            Assert.InRange(Math.Sqrt(Vectors.Dot(at, at)), 0, 1.25 + 1e-12);
        }

        Assert.Equal(lowest, Valley(path.Best));
    }

    /// <summary>Behind a flat stretch, where the gradient says next to nothing, the loss falls again.</summary>
    [Fact]
    public void A_path_that_stands_still_goes_on_with_Adam()
    {
        var path = new LbfgsPath(1, norm: 1, radius: 10, rate: 0.5);
        double[] at = [0];
        for (var step = 0; step < 20; step++)
            at = path.Next(Plateau(at[0]), [(Plateau(at[0] + 1e-6) - Plateau(at[0] - 1e-6)) / 2e-6]);

        Assert.True(path.IsAdam);
        Assert.InRange(Plateau(path.Best[0]), 0, 0.2);
    }

    private static double Valley(double[] at) => at.Select((x, i) => Math.Pow(4, i) * Math.Pow(x - Bottom[i], 2)).Sum();

    private static double[] Slope(double[] at) => [.. at.Select((x, i) => 2 * Math.Pow(4, i) * (x - Bottom[i]))];

    private static double Plateau(double x) => 1 - (1e-3 * x) - (0.9 / (1 + Math.Exp(-8 * (x - 4))));
}
