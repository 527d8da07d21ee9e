namespace Amend.Tracing.Results;

/// <summary>
/// A mean over facts with its 95 % interval, mean ± 1.96 s/√n (normal approximation, s unbiased), as the paper's figures.
/// </summary>
/// <param name="Mean">The mean.</param>
/// <param name="HalfWidth">Half the interval's width; null for fewer than two facts.</param>
/// <param name="Count">The facts, n.</param>
public readonly record struct MeanInterval(double Mean, double? HalfWidth, int Count)
{
    private const double Normal95 = 1.96;

    /// <summary>The mean of values, at least one.</summary>
    public static MeanInterval Of(IReadOnlyCollection<double> values)
    {
        var mean = values.Average();
        return values.Count < 2
            ? new MeanInterval(mean, null, values.Count)
            : new MeanInterval(
                mean,
                Normal95 * Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1) / values.Count),
                values.Count);
    }
}
