namespace Amend.Evaluation.Reports;

/// <summary>A write that a guard had taken back.</summary>
/// <param name="Place">The place of its first case in the run, from 0.</param>
/// <param name="Measure">The name of the limit.</param>
/// <param name="Value">What was measured.</param>
/// <param name="Limit">The limit.</param>
/// <param name="Reason">The same in words.</param>
public sealed record ReportBreach(int Place, string Measure, double Value, double Limit, string Reason);
