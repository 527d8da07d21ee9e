using Amend.Tracing.Results;

namespace Amend.Tracing.Studies;

/// <summary>What a study gave.</summary>
/// <param name="Description">What was traced and how.</param>
/// <param name="Records">A record for each fact that is done, in the facts' order.</param>
/// <param name="Finished">Whether all facts are done; false where the study was stopped.</param>
public sealed record StudyResult(StudyDescription Description, IReadOnlyList<TraceRecord> Records, bool Finished)
{
    /// <summary>The traces.</summary>
    public IReadOnlyList<FactTrace> Traces => [.. Records.Select(record => record.Trace).OfType<FactTrace>()];

    /// <summary>Facts that were passed over: the model does not answer them rightly, or they cannot be traced.</summary>
    public int Skipped => Records.Count(record => record.Trace is null);
}
