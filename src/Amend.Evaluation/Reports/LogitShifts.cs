using Amend.Editing.Editors;
using Amend.Evaluation.Cases;
using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;
using Amend.Evaluation.Runs;

namespace Amend.Evaluation.Reports;

/// <summary>
/// What the edits of a row did to the logits of a classifier of two labels: a panel of the scatter of logits before and after, with
/// which De Cao et al. 2021 compare methods. A logit is that of the second label minus that of the first, so that its sign is the
/// prediction.
/// </summary>
/// <param name="Editor">The row's name.</param>
/// <param name="When">When it was measured.</param>
/// <param name="Label">The label that is predicted above 0, the second one.</param>
/// <param name="Points">The texts, evenly taken where there are more of a kind than can be drawn.</param>
public sealed record LogitShifts(string Editor, Moment When, string Label, IReadOnlyList<LogitShift> Points)
{
    private const int MostOfAKind = 800;

    /// <summary>How many texts there were of the kinds that <see cref="Points"/> has.</summary>
    public required int All { get; init; }

    /// <summary>The panels of a run: a row that edited and a moment each; none where the model is no classifier of two labels.</summary>
    internal static IReadOnlyList<LogitShifts> Of(RunResult result) => result.Labels is not [_, var label] ? [] :
    [
        .. from row in result.Rows
           where row.Row.Editor != NoEdit.EditorName
           from moment in row.Cases.SelectMany(one => one.Answers.Keys).Distinct().OrderBy(moment => moment.Order)
           where moment != Moment.OnArrival && !moment.IsOnTheWay
           let points = row.MeasuredAt(moment).SelectMany(PointsOf).ToLookup(point => point.Kind)
           where points.Count > 0
           select new LogitShifts(row.Row.Name, moment, label, [.. points.SelectMany(kind => Evenly([.. kind]))])
           {
               All = points.Sum(kind => kind.Count()),
           },
    ];

    private static IEnumerable<LogitShift> PointsOf(CaseMeasurement measured) =>
        from pair in measured.Before?.Prompts.Zip(measured.Now.Prompts) ?? []
        where measured.Role == CaseRole.Edited
        let before = pair.First.Wanted.LabelLogits
        let after = pair.Second.Wanted.LabelLogits
        where before is not null && after is not null
        select new LogitShift(pair.Second.Prompt.Kind, before[1] - before[0], after[1] - after[0]);

    private static IEnumerable<LogitShift> Evenly(LogitShift[] points) => points.Length <= MostOfAKind
        ? points
        : Enumerable.Range(0, MostOfAKind).Select(at => points[(int)((long)at * points.Length / MostOfAKind)]);
}

/// <summary>The logit of a text before and after an edit.</summary>
/// <param name="Kind">What the text is to the edit.</param>
/// <param name="Before">Its logit in the model without edits.</param>
/// <param name="After">Its logit in the edited model.</param>
public readonly record struct LogitShift(PromptKind Kind, double Before, double After)
{
    /// <summary>Whether another label is predicted.</summary>
    public bool IsFlipped => Before > 0 != After > 0;
}
