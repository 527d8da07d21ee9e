namespace Amend.Evaluation.Metrics;

/// <summary>A metric's figure over cases, in the metric's unit.</summary>
/// <param name="Value">The figure; not a number where no case has a value.</param>
/// <param name="Low">The lower end of its 95 % interval.</param>
/// <param name="High">The upper end of its 95 % interval.</param>
/// <param name="Count">The number of cases that have a value.</param>
public readonly record struct MetricFigure(double Value, double Low, double High, int Count)
{
    private const double Normal95 = 1.96;

    /// <summary>The mean with mean ± 1.96 σ / √n, σ the deviation of the population, as kmeng01/rome prints it.</summary>
    public static MetricFigure MeanOf(IReadOnlyCollection<double> values)
    {
        if (values.Count == 0)
            return new MetricFigure(double.NaN, double.NaN, double.NaN, 0);
        var mean = values.Average();
        var half = Normal95 * Math.Sqrt(values.Average(x => (x - mean) * (x - mean)) / values.Count);
        return new MetricFigure(mean, mean - half, mean + half, values.Count);
    }
}
