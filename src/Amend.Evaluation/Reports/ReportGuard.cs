using Amend.Editing.Governance;
using Amend.Evaluation.Runs;

namespace Amend.Evaluation.Reports;

/// <summary>What a guard found in a row of a run.</summary>
public sealed record ReportGuard
{
    /// <summary>The row's name in the run.</summary>
    public required string Editor { get; init; }

    /// <summary>Writes that were watched.</summary>
    public required int Writes { get; init; }

    /// <summary>Whether the row ended at the last of the breaches.</summary>
    public required bool Stopped { get; init; }

    /// <summary>The writes that were taken back, in their order.</summary>
    public required IReadOnlyList<ReportBreach> Breaches { get; init; }

    /// <summary>What was measured after each write that stayed, in their order.</summary>
    public required IReadOnlyList<ReportWrite> Passed { get; init; }

    /// <summary>The guard of a row; null where none watched.</summary>
    internal static ReportGuard? Of(RowResult row) => row.Guarded.Count == 0 ? null : new ReportGuard
    {
        Editor = row.Row.Name,
        Writes = row.Guarded.Count,
        Stopped = row.Stopped,
        Breaches =
        [
            .. from write in row.Guarded
               where write.Breach is not null
               let breach = write.Breach!
               select new ReportBreach(write.Place, breach.Measure, breach.Value, breach.Limit, breach.Reason),
        ],
        Passed = [.. row.Guarded.Where(write => write.Breach is null).Select(write => ReportWrite.Of(write.Place, write.Measures))],
    };
}

/// <summary>A write that a guard had taken back.</summary>
/// <param name="Place">The place of its first case in the run, from 0.</param>
/// <param name="Measure">The name of the limit.</param>
/// <param name="Value">What was measured.</param>
/// <param name="Limit">The limit.</param>
/// <param name="Reason">The same in words.</param>
public sealed record ReportBreach(int Place, string Measure, double Value, double Limit, string Reason);

/// <summary>What a guard measured after a write; no number where there was nothing to measure.</summary>
/// <param name="Place">The place of its first case in the run, from 0.</param>
/// <param name="Write">The greatest ‖ΔW‖ / ‖W₀‖ of the write.</param>
/// <param name="Norm">The greatest ‖W - W₀‖ / ‖W₀‖ of all applied edits.</param>
/// <param name="Denominator">The smallest k·u / ‖k‖.</param>
/// <param name="Perplexity">Perplexity of the fixed text, in units of the unedited model's.</param>
/// <param name="Past">The share of earlier edits that held.</param>
public sealed record ReportWrite(int Place, double Write, double Norm, double Denominator, double Perplexity, double Past)
{
    internal static ReportWrite Of(int place, GuardMeasures measures) => new(
        place,
        measures.Write,
        measures.Total,
        measures.Denominator ?? double.NaN,
        measures.PerplexityRatio ?? double.NaN,
        measures.Past ?? double.NaN);
}
