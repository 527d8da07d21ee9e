namespace Amend.Evaluation.Reports.Comparison;

/// <summary>Two runs side by side.</summary>
/// <param name="Suite">The data set.</param>
/// <param name="A">The first run's folder, as it was given.</param>
/// <param name="B">The second run's folder, as it was given.</param>
/// <param name="ModelA">The first run's model.</param>
/// <param name="ModelB">The second run's model.</param>
/// <param name="Rows">What the rows of the same cases say.</param>
public sealed record ComparedRuns(string Suite, string A, string B, string ModelA, string ModelB, IReadOnlyList<RowComparison> Rows);
