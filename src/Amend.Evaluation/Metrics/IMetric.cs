namespace Amend.Evaluation.Metrics;

/// <summary>A figure of knowledge editing, computed from what a model said; it asks no model itself.</summary>
public interface IMetric
{
    /// <summary>What it is.</summary>
    MetricInfo Info { get; }

    /// <summary>The value of one case, in the metric's unit; null where the case has no such value.</summary>
    double? ValueOf(CaseMeasurement measured);

    /// <summary>The figure over cases, with its 95 % interval.</summary>
    /// <param name="measured">The cases.</param>
    /// <param name="seed">The seed of an interval by bootstrap.</param>
    MetricFigure Over(IReadOnlyList<CaseMeasurement> measured, int seed);
}
