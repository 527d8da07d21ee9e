using System.Globalization;

namespace Amend.Evaluation.Metrics;

/// <summary>A mean over records, in per cent, with its 95 % interval.</summary>
/// <param name="Mean">The mean; not a number where no record has the figure.</param>
/// <param name="Interval">Half the width of the 95 % interval, 1.96 σ / √N, σ the deviation of the population.</param>
/// <param name="Count">The number of records, N.</param>
public readonly record struct Estimate(double Mean, double Interval, int Count)
{
    private const double Normal95 = 1.96;

    /// <summary>The estimate from one value a record, as shares of 1.</summary>
    public static Estimate OfShares(IReadOnlyList<double> shares)
    {
        if (shares.Count == 0)
            return new Estimate(double.NaN, double.NaN, 0);
        var mean = shares.Average();
        var deviation = Math.Sqrt(shares.Average(x => (x - mean) * (x - mean)));
        return new Estimate(100 * mean, 100 * Normal95 * deviation / Math.Sqrt(shares.Count), shares.Count);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Mean:F2} ({Interval:F2})");
}
