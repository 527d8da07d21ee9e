using Amend.Evaluation.Metrics;
using Amend.Evaluation.Runs;

namespace Amend.Evaluation.Tests.Runs;

/// <summary>Results whose disk is full after a number of measurements.</summary>
internal sealed class FailingResults(IRunResults inner, int writes) : IRunResults
{
    private int _left = writes;

    public IReadOnlySet<int> Known() => inner.Known();

    public IReadOnlyList<CaseAnswers> Unedited(IEnumerable<int> places, RunCases cases) => inner.Unedited(places, cases);

    public RowProgress Progress(RunRow row) => inner.Progress(row);

    public RowResult Read(RunRow row, RunCases cases) => inner.Read(row, cases);

    public void AddUnedited(IEnumerable<(int Place, string Id, CaseAnswers Said)> cases) => inner.AddUnedited(cases);

    public void AddMeasured(RunRow row, RowMeasurement measured)
    {
        if (--_left < 0)
            throw new IOException("The disk is full.");
        inner.AddMeasured(row, measured);
    }

    public void AddGuarded(RunRow row, GuardedWrite write) => inner.AddGuarded(row, write);

    public void AddTimes(RunRow row, PhaseTimes times) => inner.AddTimes(row, times);

    public void Dispose() => inner.Dispose();
}
