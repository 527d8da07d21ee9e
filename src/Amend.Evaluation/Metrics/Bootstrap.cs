namespace Amend.Evaluation.Metrics;

/// <summary>
/// The percentile bootstrap (Efron 1979): figures of samples of the cases, drawn with replacement, show how far a figure depends on
/// which cases there were. For figures that are no plain mean.
/// </summary>
public static class Bootstrap
{
    private const int Samples = 1000;
    private const double Tail = 0.025;

    /// <summary>The 95 % interval of a figure; the same for the same seed.</summary>
    /// <param name="cases">The number of cases, at least 1.</param>
    /// <param name="figure">The figure of a sample, given as indices of cases; samples without a figure are not a number.</param>
    /// <param name="seed">The seed of the draws.</param>
    public static (double Low, double High) Interval(int cases, Func<int[], double> figure, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cases, 1);
        var random = new Random(seed);
        var drawn = new int[cases];
        var found = new List<double>(Samples);
        for (var sample = 0; sample < Samples; sample++)
        {
            for (var i = 0; i < cases; i++)
                drawn[i] = random.Next(cases);
            if (figure(drawn) is var value && !double.IsNaN(value))
                found.Add(value);
        }

        found.Sort();
        return found.Count == 0 ? (double.NaN, double.NaN) : (Percentile(found, Tail), Percentile(found, 1 - Tail));
    }

    private static double Percentile(List<double> sorted, double share)
    {
        var place = share * (sorted.Count - 1);
        var below = (int)place;
        return sorted[below] + (place - below) * (sorted[Math.Min(below + 1, sorted.Count - 1)] - sorted[below]);
    }
}
