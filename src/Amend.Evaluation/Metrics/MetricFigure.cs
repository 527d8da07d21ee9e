namespace Amend.Evaluation.Metrics;

/// <summary>A metric's figure over cases, in the metric's unit.</summary>
/// <param name="Value">The figure; not a number where no case has a value.</param>
/// <param name="Low">The lower end of its 95 % interval.</param>
/// <param name="High">The upper end of its 95 % interval.</param>
/// <param name="Count">The number of cases that have a value.</param>
public readonly record struct MetricFigure(double Value, double Low, double High, int Count)
{
    private const double Normal95 = 1.96;

    /// <summary>How its interval came about.</summary>
    public IntervalKind Interval { get; init; }

    /// <summary>
    /// The mean of values that lie in a range: with the interval of <see cref="MeanOf"/> where it lies in the range too, else with
    /// one by bootstrap, which cannot leave it.
    /// </summary>
    /// <param name="values">The values.</param>
    /// <param name="range">The least and the largest value possible.</param>
    /// <param name="seed">The seed of the bootstrap.</param>
    public static MetricFigure MeanWithin(IReadOnlyList<double> values, (double Low, double High) range, int seed)
    {
        var figure = MeanOf(values);
        if (figure.Count == 0 || (figure.Low >= range.Low && figure.High <= range.High))
            return figure;
        var (low, high) = Bootstrap.Interval(values.Count, drawn => drawn.Average(i => values[i]), seed);
        return new MetricFigure(figure.Value, low, high, figure.Count) { Interval = IntervalKind.Bootstrap };
    }

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

/// <summary>How a 95 % interval came about.</summary>
public enum IntervalKind
{
    /// <summary>± 1.96 σ / √n, σ the deviation of the population.</summary>
    Normal,

    /// <summary>Percentiles of a bootstrap over cases, with a seed; it stays inside the figure's range.</summary>
    Bootstrap,
}
