using Amend.Evaluation.Protocols;
using Amend.Evaluation.Runs;

namespace Amend.Evaluation.Reports;

/// <summary>
/// The worst cases of a row at its last moment: lowest mean of ES, PS and NS of the case first (of teacher-forced exact match and
/// agreement where the data have no second candidate), then the lowest margin, then the data set's order.
/// </summary>
/// <param name="Editor">The row's name.</param>
/// <param name="When">When they were measured.</param>
/// <param name="Cases">The cases, the worst first, at most ten.</param>
public sealed record WorstCases(string Editor, Moment When, IReadOnlyList<WorstCase> Cases)
{
    private const int Most = 10;

    internal static WorstCases? Of(RowResult row)
    {
        if (row.Cases.All(one => one.EditId is null || one.Answers.Count == 0))
            return null;
        var when = row.Cases.SelectMany(one => one.Answers.Keys).MaxBy(moment => moment.Order)!;
        var worst = row.Cases.Select(one => one.At(when) is { } measured ? WorstCase.Of(one, measured) : null).OfType<WorstCase>();
        return new WorstCases(row.Row.Name, when, [.. worst.OrderBy(one => one.Success).ThenBy(one => one.Margin).Take(Most)]);
    }
}
