namespace Amend.Evaluation.Runs;

/// <summary>How far a run is.</summary>
/// <param name="What">The row that is worked on.</param>
/// <param name="Done">Measurements of cases that are kept, those of earlier starts included.</param>
/// <param name="Total">All measurements of the run.</param>
/// <param name="CasesPerSecond">The rate since this start; 0 before the first.</param>
/// <param name="Left">The time left at that rate; null before the first.</param>
public sealed record RunProgress(string What, int Done, int Total, double CasesPerSecond, TimeSpan? Left);
