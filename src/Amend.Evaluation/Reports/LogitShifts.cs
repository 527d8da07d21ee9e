using Amend.Editing.Editors;
using Amend.Evaluation.Cases;
using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;
using Amend.Evaluation.Runs;
using Amend.Tensors;

namespace Amend.Evaluation.Reports;

/// <summary>
/// What the edits of a row did to the logits of a classifier of two labels: a panel of the scatter of logits before and after, with
/// which De Cao et al. 2021 compare methods. A logit is that of the second label minus that of the first, so that its sign is the
/// prediction.
/// </summary>
/// <param name="Editor">The row's name.</param>
/// <param name="When">When it was measured.</param>
/// <param name="Label">The label that is predicted above 0, the second one.</param>
/// <param name="Points">The texts, some by lot, the same in each run, where there are more of a kind than can be drawn.</param>
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
           select new LogitShifts(row.Row.Name, moment, label, [.. points.SelectMany(kind => Sample([.. kind]))])
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

    /// <summary>
    /// By lot: each edit has the same texts to retain, so that every fifteenth would be the same few of them again and again.
    /// </summary>
    private static IEnumerable<LogitShift> Sample(LogitShift[] points)
    {
        if (points.Length <= MostOfAKind)
            return points;
        int[] places = [.. Enumerable.Range(0, points.Length)];
        StableRandom.For(0, $"{points[0].Kind}").Shuffle(places);
        return places.Take(MostOfAKind).Order().Select(at => points[at]);
    }
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
