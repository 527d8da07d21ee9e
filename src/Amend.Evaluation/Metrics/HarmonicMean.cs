namespace Amend.Evaluation.Metrics;

/// <summary>
/// n / Σ 1/x: the mean in which one bad figure cannot be made up for by good ones (Meng et al. 2022, section 3.4, for S). From 0
/// to the largest value; higher is better.
/// </summary>
public static class HarmonicMean
{
    /// <summary>The mean; 0 where one value is 0, not a number where one is not.</summary>
    public static double Of(params IReadOnlyList<double> values) =>
        values.Any(double.IsNaN) ? double.NaN : values.Contains(0) ? 0 : values.Count / values.Sum(value => 1 / value);
}
