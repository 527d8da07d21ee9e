namespace Amend.Evaluation.Metrics;

/// <summary>A metric that has a value a case, and whose figure is the mean of the values.</summary>
public sealed class CaseMetric : IMetric
{
    private readonly Func<CaseMeasurement, double?> _value;

    /// <summary>Creates a metric.</summary>
    /// <param name="info">What it is.</param>
    /// <param name="value">The value of a case in the metric's unit; null where it has none.</param>
    public CaseMetric(MetricInfo info, Func<CaseMeasurement, double?> value)
    {
        Info = info;
        _value = value;
    }

    /// <inheritdoc/>
    public MetricInfo Info { get; }

    /// <inheritdoc/>
    public double? ValueOf(CaseMeasurement measured) => measured.Role == Info.Role ? _value(measured) : null;

    /// <inheritdoc/>
    public MetricFigure Over(IReadOnlyList<CaseMeasurement> measured, int seed) =>
        MetricFigure.MeanWithin([.. measured.Select(ValueOf).OfType<double>()], (Info.Low, Info.High), seed);
}
