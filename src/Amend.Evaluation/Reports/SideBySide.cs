namespace Amend.Evaluation.Reports;

/// <summary>Metrics that ask the same of the same prompts in two ways.</summary>
/// <param name="Prompts">Which prompts.</param>
/// <param name="TeacherForced">Ids of those that give the target.</param>
/// <param name="Free">Ids of those that let the model write.</param>
internal sealed record SideBySide(string Prompts, IReadOnlyList<string> TeacherForced, IReadOnlyList<string> Free)
{
    /// <summary>Those that a report has; empty where it has none of one way.</summary>
    public (IReadOnlyList<ReportMetric> TeacherForced, IReadOnlyList<ReportMetric> Free) In(EvalReport report)
    {
        var (given, free) = (report.MetricsOf(TeacherForced), report.MetricsOf(Free));
        return given.Count > 0 && free.Count > 0 ? (given, free) : ([], []);
    }
}
