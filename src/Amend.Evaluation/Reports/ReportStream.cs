using Amend.Evaluation.Cases;
using Amend.Evaluation.Protocols;
using Amend.Evaluation.Runs;

namespace Amend.Evaluation.Reports;

/// <summary>How far a stream was at a moment.</summary>
/// <param name="Edits">#E: edits that were made until then.</param>
/// <param name="Seen">Items that had come.</param>
/// <param name="RightOnArrival">The share of them that the model answered rightly when they came, in per cent.</param>
/// <param name="EditedBytes">Bytes of the weights that the edits change, each once, and of their adaptors.</param>
public sealed record ReportStream(int Edits, int Seen, double RightOnArrival, long EditedBytes)
{
    private const double Percent = 100;

    /// <summary>That of a row at a moment; null where the row is of no stream, or the moment of one item.</summary>
    internal static ReportStream? Of(RowResult row, Moment when)
    {
        if (!row.EditedBytes.TryGetValue(when, out var bytes))
            return null;
        CaseResult[] items = [.. row.Cases.Where(one => one.Answers.ContainsKey(Moment.OnArrival))];
        // An item that was edited is measured at every later moment, so the last of them tells which had come.
        var seen = when == Moment.End ? items.Length : 1 + Array.FindLastIndex(items, one => IsEdited(one) && one.At(when) is not null);
        var right = items.Take(seen).Count(one => !IsEdited(one));
        return new ReportStream(
            items.Take(seen).Count(one => one.EditId is not null), seen, seen > 0 ? Percent * right / seen : double.NaN, bytes);
    }

    private static bool IsEdited(CaseResult one) => one.At(Moment.OnArrival) is { Role: CaseRole.Edited };
}
