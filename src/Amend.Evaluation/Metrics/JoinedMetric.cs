namespace Amend.Evaluation.Metrics;

/// <summary>
/// A metric that joins other metrics' figures over the same cases by their mean or harmonic mean, as its aggregation says; one case
/// alone has no value.
/// </summary>
public sealed class JoinedMetric : IMetric
{
    private readonly IMetric[] _parts;

    /// <summary>Creates a metric.</summary>
    /// <param name="info">What it is.</param>
    /// <param name="parts">The metrics whose figures are joined.</param>
    public JoinedMetric(MetricInfo info, params IMetric[] parts)
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
        double Figure(IEnumerable<int> cases) => Join([.. values.Select(part => Mean(cases.Select(i => part[i])))], Info.Aggregation);
        var count = Enumerable.Range(0, measured.Count).Count(i => Counts(values.Select(part => part[i] is not null), Info.Aggregation));
        if (measured.Count == 0)
            return MetricFigure.MeanOf([]);
        var (low, high) = Bootstrap.Interval(measured.Count, Figure, seed);
        return new MetricFigure(Figure(Enumerable.Range(0, measured.Count)), low, high, count) { Interval = IntervalKind.Bootstrap };
    }

    /// <summary>Figures as one.</summary>
    /// <param name="figures">The figures of the parts.</param>
    /// <param name="aggregation">The mean of figures, or their harmonic mean.</param>
    public static double Join(IReadOnlyList<double> figures, MetricAggregation aggregation) =>
        aggregation == MetricAggregation.MeanOfFigures ? figures.Average() : HarmonicMean.Of(figures);

    /// <summary>
    /// Whether a case counts: in a mean, which may join figures of different cases, where it has any of the parts; else where it has all.
    /// </summary>
    /// <param name="parts">Whether the case has a value of each part.</param>
    /// <param name="aggregation">How the parts are joined.</param>
    internal static bool Counts(IEnumerable<bool> parts, MetricAggregation aggregation) =>
        aggregation == MetricAggregation.MeanOfFigures ? parts.Contains(true) : !parts.Contains(false);

    private static double Mean(IEnumerable<double?> values) => values.Average() ?? double.NaN;
}
