using Amend.Evaluation.Protocols;

namespace Amend.Evaluation.Reports;

/// <summary>The values of one case at one moment: a line of <c>cases.csv</c>.</summary>
/// <param name="Editor">The row's name.</param>
/// <param name="When">When it was measured.</param>
/// <param name="CaseId">The case.</param>
/// <param name="Converged">Whether the editor's optimisation reached its threshold.</param>
/// <param name="Values">The values by the metrics' ids, of metrics with a value a case; null where this case has none.</param>
public sealed record CaseLine(string Editor, Moment When, string CaseId, bool Converged, IReadOnlyDictionary<string, double?> Values)
{
    /// <summary>The value of a metric; null where the case has none.</summary>
    public double? ValueOf(string metric) => Values.TryGetValue(metric, out var value) ? value : null;
}
