using Amend.Evaluation.Metrics;

namespace Amend.Evaluation.Runs;

/// <summary>Keeps the results of a run as they come: each call wholly or not at all. Several threads may write.</summary>
public interface IRunWriting
{
    /// <summary>Keeps what the unedited model said to cases.</summary>
    /// <param name="cases">Place in the run, id and answers of each.</param>
    void AddUnedited(IEnumerable<(int Place, string Id, CaseAnswers Said)> cases);

    /// <summary>Keeps a measurement of a row, with the edits that were made since the one before.</summary>
    void AddMeasured(RunRow row, RowMeasurement measured);

    /// <summary>Keeps what a guard measured after a write, in place of what it measured there before.</summary>
    void AddGuarded(RunRow row, GuardedWrite write);

    /// <summary>Adds to the wall times of a row.</summary>
    void AddTimes(RunRow row, PhaseTimes times);
}
