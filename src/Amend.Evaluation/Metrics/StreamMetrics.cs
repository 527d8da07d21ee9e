using Amend.Evaluation.Cases;

namespace Amend.Evaluation.Metrics;

/// <summary>
/// What a stream of edits does to a model (Hartvigsen et al. 2023, section 3): a label counts where it is the right one, a written
/// answer by F1 over token ids, as in the authors' code. Figures with <c>.exact</c> count a written answer only where it is the right
/// one token by token.
/// </summary>
public static class StreamMetrics
{
    private const string Paper = "Hartvigsen et al. 2023 (GRACE), arXiv 2211.11031, section 3; Thartvigsen/GRACE, main.py and metrics.py";
    private const double Percent = 100;

    /// <summary>ES: each edited item right after its own edit.</summary>
    public static IMetric Success { get; } = Of(
        "stream.es", "Edited items, each right after its own edit", CaseRole.Edited, isExact: false, measured => measured.OwnEdit);

    /// <summary>ERR, edit retention rate: all items that were edited until now.</summary>
    public static IMetric EditRetention { get; } = Of("stream.err", "All items edited until now", CaseRole.Edited, isExact: false);

    /// <summary>TRR, test retention rate: what the model was made for.</summary>
    public static IMetric TestRetention { get; } = Of("stream.trr", "Upstream items", CaseRole.Upstream, isExact: false);

    /// <summary>The mean of ERR and TRR, by which the paper's tables order editors.</summary>
    public static IMetric Mean { get; } = Joined("stream.mean", "Mean of ERR and TRR", Decoding.Greedy, EditRetention, TestRetention);

    /// <summary>Items that ask for what is edited in other words, and are never edited.</summary>
    public static IMetric Holdout { get; } = Of("stream.holdout", "Holdout items", CaseRole.Holdout, isExact: false);

    /// <summary>ARR, accurate retention rate: items that were right when they came, and so were not edited.</summary>
    public static IMetric AccurateRetention { get; } = Of(
        "stream.arr", "Items that were right when they came and were not edited", CaseRole.PassedOver, isExact: false);

    /// <summary>ES, counting whole answers.</summary>
    public static IMetric ExactSuccess { get; } = Of(
        "stream.es.exact", "Edited items, each right after its own edit, whole answers", CaseRole.Edited, isExact: true,
        measured => measured.OwnEdit);

    /// <summary>ERR, counting whole answers.</summary>
    public static IMetric ExactEditRetention { get; } = Of(
        "stream.err.exact", "All items edited until now, whole answers", CaseRole.Edited, isExact: true);

    /// <summary>TRR, counting whole answers.</summary>
    public static IMetric ExactTestRetention { get; } = Of(
        "stream.trr.exact", "Upstream items, whole answers", CaseRole.Upstream, isExact: true);

    /// <summary>The mean of ERR and TRR, counting whole answers.</summary>
    public static IMetric ExactMean { get; } = Joined(
        "stream.mean.exact", "Mean of ERR and TRR, whole answers", Decoding.TeacherForced, ExactEditRetention, ExactTestRetention);

    /// <summary>Holdout, counting whole answers.</summary>
    public static IMetric ExactHoldout { get; } = Of(
        "stream.holdout.exact", "Holdout items, whole answers", CaseRole.Holdout, isExact: true);

    /// <summary>ARR, counting whole answers.</summary>
    public static IMetric ExactAccurateRetention { get; } = Of(
        "stream.arr.exact", "Items that were right when they came and were not edited, whole answers", CaseRole.PassedOver, isExact: true);

    private static CaseMetric Of(
        string id, string title, CaseRole role, bool isExact, Func<CaseMeasurement, CaseAnswers?>? said = null) => new(
        new MetricInfo
        {
            Id = id,
            Title = title,
            Paper = Paper,
            Role = role,
            IsOfStreams = true,
            Decoding = isExact ? Decoding.TeacherForced : Decoding.Greedy,
            Needs = MetricNeeds.Rewrite
                | (isExact ? MetricNeeds.None : MetricNeeds.WrittenAnswers)
                | (role == CaseRole.PassedOver ? MetricNeeds.PassedOver : MetricNeeds.None),
        },
        measured => Percent * (said is null ? measured.Now : said(measured))?.Of(PromptKind.Rewrite).Average(isExact ? Exact : Written));

    private static JoinedMetric Joined(string id, string title, Decoding decoding, IMetric first, IMetric second) => new(
        new MetricInfo
        {
            Id = id,
            Title = title,
            Paper = Paper,
            IsOfStreams = true,
            Decoding = decoding,
            Needs = first.Info.Needs | second.Info.Needs,
            Aggregation = MetricAggregation.MeanOfFigures,
        },
        first,
        second);

    private static double? Written(PromptAnswer answer) => answer.Wanted.Label is null
        ? answer.Generated is { } said ? SetF1.Of(said.AnswerIds, answer.Wanted.TargetIds) : null
        : Exact(answer);

    private static double? Exact(PromptAnswer answer) => answer.Wanted.Score.IsGreedy ? 1 : 0;
}
