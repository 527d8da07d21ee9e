using Amend.Evaluation.Metrics;

namespace Amend.Evaluation.Protocols;

/// <summary>What single edits gave.</summary>
/// <param name="Cases">The cases, in their order.</param>
/// <param name="Finished">Whether all cases were edited; false where the run was stopped.</param>
public sealed record SingleEditsResult(IReadOnlyList<CaseResult> Cases, bool Finished)
{
    /// <summary>A metric's figure, measured right after each case's own edit.</summary>
    /// <param name="metric">The metric; what it needs was asked for in the run.</param>
    /// <param name="seed">The seed of an interval by bootstrap.</param>
    public MetricFigure Figure(IMetric metric, int seed = 0) => metric.Over([.. Cases.Select(one => one.At(Moment.OwnEdit)!)], seed);
}
