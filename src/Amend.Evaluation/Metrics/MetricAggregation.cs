namespace Amend.Evaluation.Metrics;

/// <summary>How a figure over cases and its 95 % interval come about.</summary>
public enum MetricAggregation
{
    /// <summary>The mean over the cases that have a value; ± 1.96 σ / √n, or a bootstrap where that would leave the range.</summary>
    Mean,

    /// <summary>The harmonic mean of other figures over the same cases; percentiles of a bootstrap over cases with a seed.</summary>
    HarmonicMean,
}
