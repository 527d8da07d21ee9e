using Amend.Evaluation.Protocols;

namespace Amend.Evaluation.Reports.Comparison;

/// <summary>Two rows at one moment.</summary>
/// <param name="RowA">The name of the first row.</param>
/// <param name="RowB">The name of the second row.</param>
/// <param name="When">When both were measured.</param>
/// <param name="CasesA">Cases of the first row.</param>
/// <param name="CasesB">Cases of the second row.</param>
/// <param name="Paired">Cases that both have.</param>
/// <param name="Metrics">The metrics that both have, in the order of the first run.</param>
public sealed record RowComparison(string RowA, string RowB, Moment When, int CasesA, int CasesB, int Paired, IReadOnlyList<MetricDifference> Metrics);
