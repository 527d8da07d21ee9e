using Amend.Evaluation.Metrics;

namespace Amend.Evaluation.Runs;

/// <summary>What a run's results hold; several threads may ask.</summary>
public interface IRunReading
{
    /// <summary>The places of the cases whose unedited answers are there.</summary>
    IReadOnlySet<int> Known();

    /// <summary>What the unedited model said to cases.</summary>
    /// <param name="places">Their places, all of them known.</param>
    /// <param name="cases">The run's cases.</param>
    IReadOnlyList<CaseAnswers> Unedited(IEnumerable<int> places, RunCases cases);

    /// <summary>How far a row is.</summary>
    RowProgress Progress(RunRow row);

    /// <summary>What a row gave until now; cases without results yet are left out.</summary>
    /// <param name="row">The row.</param>
    /// <param name="cases">The run's cases.</param>
    RowResult Read(RunRow row, RunCases cases);
}
