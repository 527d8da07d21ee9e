using Amend.Models.Scoring;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Knowledge;

/// <summary>Whether an edited model answers a batch as it should: its first rows as before, the row behind them with its target.</summary>
internal static class EditedAnswers
{
    /// <summary>Compares the likeliest ids; a row of several is right where all of them are.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="before">What the unedited model says to the rows that are to stay, log-probabilities <c>[N,V]</c>.</param>
    /// <param name="after">What the edited model says to all rows, <c>[M,V]</c>.</param>
    /// <returns>The share of the first rows that stayed, 1 where there is none; whether the next row has its target.</returns>
    public static (double Retained, bool IsReached) Compare(TargetBatch batch, Tensor before, Tensor after)
    {
        using var scope = NewDisposeScope();
        var staying = before.shape[0];
        var wanted_M = cat([before.argmax(1), batch.Ids.narrow(0, staying, batch.Ids.shape[0] - staying)]);
        var hits = after.argmax(1).eq(wanted_M).cpu().data<bool>().ToArray();
        var (rows, at) = (new List<bool>(), 0);
        foreach (var target in batch.Targets)
        {
            rows.Add(hits.AsSpan(at, target.Count).IndexOf(false) < 0);
            at += target.Count;
            if (at > staying)
                break;
        }

        return (rows.Count == 1 ? 1 : rows.SkipLast(1).Average(row => row ? 1.0 : 0.0), rows[^1]);
    }
}
