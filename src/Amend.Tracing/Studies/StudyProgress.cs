namespace Amend.Tracing.Studies;

/// <summary>How far a study is.</summary>
/// <param name="Done">Facts that have their file, skipped ones included.</param>
/// <param name="Total">Facts of the study.</param>
/// <param name="Skipped">Facts that were passed over.</param>
/// <param name="Last">The fact that was done last.</param>
public readonly record struct StudyProgress(int Done, int Total, int Skipped, string Last);
