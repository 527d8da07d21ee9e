using System.Globalization;
using Amend.Editing.Governance;
using Amend.Evaluation.Reports;

namespace Amend.Cli.Rendering;

/// <summary>What a guard measured, as text.</summary>
internal static class GuardView
{
    /// <summary>The measures of an edit, in one line.</summary>
    public static string Line(GuardMeasures measures) =>
        string.Join(", ", Parts(measures).Select(part => $"{part.Name} {Text(part.Value)} (limit {Text(part.Limit)})"));

    /// <summary>The measures of an edit, a line each, and those of each matrix.</summary>
    public static string Lines(GuardMeasures measures) => string.Join('\n',
    [
        .. Parts(measures).Select(part => $"{part.Name} {Text(part.Value)}, limit {Text(part.Limit)}{part.Note}"),
        .. measures.Weights.Select(change => $"{change.Weight}: write {Text(change.Write)}, all edits {Text(change.Total)}"),
    ]);

    /// <summary>What a guard found in a row of a run.</summary>
    public static string Line(ReportGuard guard) => guard.Breaches switch
    {
        [] => $"The guard watched {Terminal.Count(guard.Writes, "write")} of {guard.Editor}, all inside the limits.",
        [.., var last] when guard.Stopped => $"The guard stopped {guard.Editor} at case {last.Place + 1}: {last.Reason}.",
        [var first, ..] => $"The guard took back {guard.Breaches.Count} of {Terminal.Count(guard.Writes, "write")} of {guard.Editor}, "
            + $"first at case {first.Place + 1}: {first.Reason}.",
    };

    private static IEnumerable<(string Name, double Value, double? Limit, string Note)> Parts(GuardMeasures measures)
    {
        yield return ("write", measures.Write, measures.Limits.Write, "");
        yield return ("norm", measures.Total, measures.Limits.Norm, "");
        if (measures.Denominator is { } denominator)
            yield return ("denominator", denominator, measures.Limits.Denominator, "");
        if (measures.PerplexityRatio is { } ratio)
        {
            var note = $" ({Text(measures.Perplexity)} over {Text(measures.PerplexityBefore)} without edits)";
            yield return ("perplexity", ratio, measures.Limits.Perplexity, note);
        }

        if (measures.Past is { } past)
            yield return ("past", past, measures.Limits.Past, $" ({measures.PastKept} of {measures.PastAsked} earlier edits hold)");
    }

    private static string Text(double? number) => number?.ToString("G4", CultureInfo.InvariantCulture) ?? "off";
}
