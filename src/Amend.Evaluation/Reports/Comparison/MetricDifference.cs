namespace Amend.Evaluation.Reports.Comparison;

/// <summary>A metric in two rows, over the cases that both have.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="A">The figure of the first.</param>
/// <param name="B">The figure of the second.</param>
/// <param name="Difference">B - A.</param>
/// <param name="Low">The lower end of the difference's 95 % interval, by bootstrap over the pairs of cases.</param>
/// <param name="High">Its upper end.</param>
/// <param name="Pairs">The cases in which both have a value.</param>
public sealed record MetricDifference(string Metric, double A, double B, double Difference, double Low, double High, int Pairs);
