namespace Amend.Evaluation.Metrics;

/// <summary>A metric that is the harmonic mean of other metrics' figures over the same cases; one case alone has no value.</summary>
public sealed class HarmonicMetric : IMetric
{
    private readonly IMetric[] _parts;

    /// <summary>Creates a metric.</summary>
    /// <param name="info">What it is.</param>
    /// <param name="parts">The metrics whose figures are joined.</param>
    public HarmonicMetric(MetricInfo info, params IMetric[] parts)
    {
        Info = info;
        _parts = parts;
    }

    /// <inheritdoc/>
    public MetricInfo Info { get; }

    /// <summary>The metrics whose figures are joined.</summary>
    public IReadOnlyList<IMetric> Parts => _parts;

    /// <inheritdoc/>
    public double? ValueOf(CaseMeasurement measured) => null;

    /// <inheritdoc/>
    public MetricFigure Over(IReadOnlyList<CaseMeasurement> measured, int seed)
    {
        var values = _parts.Select(part => measured.Select(part.ValueOf).ToArray()).ToArray();
        double Figure(IEnumerable<int> cases) => HarmonicMean.Of([.. values.Select(part => Mean(cases.Select(i => part[i])))]);
        var count = Enumerable.Range(0, measured.Count).Count(i => values.All(part => part[i] is not null));
        if (measured.Count == 0)
            return MetricFigure.MeanOf([]);
        var (low, high) = Bootstrap.Interval(measured.Count, Figure, seed);
        return new MetricFigure(Figure(Enumerable.Range(0, measured.Count)), low, high, count) { Interval = IntervalKind.Bootstrap };
    }

    private static double Mean(IEnumerable<double?> values) => values.Average() ?? double.NaN;
}
