using Amend.Evaluation.Metrics;

namespace Amend.Evaluation.Protocols;

/// <summary>Records edited one at a time, each on the base model.</summary>
/// <param name="Cases">The records that were edited, in order.</param>
/// <param name="Finished">Whether all were; false where the run was stopped.</param>
public sealed record SingleEditsResult(IReadOnlyList<SingleEditCase> Cases, bool Finished)
{
    /// <summary>The figures of the base model; null where no record was edited.</summary>
    public CounterFactScores? Before { get; } = Cases.Count > 0 ? CounterFactScores.Of([.. Cases.Select(c => c.Before)]) : null;

    /// <summary>The figures with each edit; null where no record was edited.</summary>
    public CounterFactScores? After { get; } = Cases.Count > 0 ? CounterFactScores.Of([.. Cases.Select(c => c.After)]) : null;
}
