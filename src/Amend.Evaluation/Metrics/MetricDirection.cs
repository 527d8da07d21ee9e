namespace Amend.Evaluation.Metrics;

/// <summary>Which way a figure is better.</summary>
public enum MetricDirection
{
    /// <summary>The larger, the better.</summary>
    HigherIsBetter,

    /// <summary>The smaller, the better.</summary>
    LowerIsBetter,
}
