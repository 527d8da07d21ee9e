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
        Breaches = [.. row.Guarded.Where(write => write.Breach is not null).Select(write => new ReportBreach(write.Place, write.Breach!.Measure, write.Breach.Value, write.Breach.Limit, write.Breach.Reason))],
        Passed = [.. row.Guarded.Where(write => write.Breach is null).Select(write => ReportWrite.Of(write.Place, write.Measures))],
    };
}
