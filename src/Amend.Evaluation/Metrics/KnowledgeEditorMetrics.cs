namespace Amend.Evaluation.Metrics;

/// <summary>
/// What an edit of a classifier does to its predictions, as KnowledgeEditor's paper measures it (De Cao et al. 2021, section 5.3): on
/// the edited text, on its paraphrases P^x, and on the texts O^x that it should leave alone. Answers of models that write have no
/// value here.
/// </summary>
public static class KnowledgeEditorMetrics
{
    private const string Paper = "De Cao et al. 2021, arXiv 2104.08164, section 5.3; nicola-decao/KnowledgeEditor, scripts";
    private const double Percent = 100;

    /// <summary>Success rate: whether the edited text is predicted to have its new label.</summary>
    public static IMetric Success { get; } = Of(
        "ke.success", "New label predicted, edited text", MetricNeeds.Rewrite,
        measured => Share(measured.Now.Of(PromptKind.Rewrite), IsTarget));

    /// <summary>Retain accuracy: the share of O^x whose prediction is the one from before the edit.</summary>
    public static IMetric Retain { get; } = Of(
        "ke.retain", "Prediction as before the edit, texts to retain", MetricNeeds.Neighbors | MetricNeeds.Before,
        measured => measured.Before is { } before
            ? Share(
                before.Of(PromptKind.Neighborhood).Zip(measured.Now.Of(PromptKind.Neighborhood)),
                pair => pair.First.Wanted.Label is { } was && pair.Second.Wanted.Label is { } isNow ? was == isNow : null)
            : null);

    /// <summary>
    /// Equivalence accuracy: the share of paraphrases whose prediction is that of the edited text after the edit, whether or not it is
    /// the new label.
    /// </summary>
    public static IMetric Equivalence { get; } = Of(
        "ke.equivalence", "Prediction as of the edited text after the edit, paraphrases", MetricNeeds.Rewrite | MetricNeeds.Paraphrases,
        measured => measured.Now.Of(PromptKind.Rewrite).FirstOrDefault()?.Wanted.Label is { } edited
            ? Share(measured.Now.Of(PromptKind.Paraphrase), answer => answer.Wanted.Label is { } label ? label == edited : null)
            : null);

    /// <summary>The stricter form: the share of paraphrases that are predicted to have the new label.</summary>
    public static IMetric TargetEquivalence { get; } = Of(
        "ke.equivalence.target", "New label predicted, paraphrases", MetricNeeds.Paraphrases,
        measured => Share(measured.Now.Of(PromptKind.Paraphrase), IsTarget));

    /// <summary>Performance deterioration: how much of the accuracy on the right labels of O^x is lost.</summary>
    public static IMetric Deterioration { get; } = new DeteriorationMetric(new MetricInfo
    {
        Id = "ke.deterioration",
        Title = "Accuracy that is lost, texts to retain",
        Paper = Paper,
        Low = double.NegativeInfinity,
        Direction = MetricDirection.LowerIsBetter,
        Needs = MetricNeeds.Neighbors | MetricNeeds.Before,
        Aggregation = MetricAggregation.RatioOfMeans,
    });

    private static CaseMetric Of(string id, string title, MetricNeeds needs, Func<CaseMeasurement, double?> value) =>
        new(new MetricInfo { Id = id, Title = title, Paper = Paper, Needs = needs }, value);

    private static bool? IsTarget(PromptAnswer answer) => answer.Wanted.Label is null ? null : answer.Wanted.Score.IsGreedy;

    private static double? Share<T>(IEnumerable<T> of, Func<T, bool?> holds) =>
        Percent * of.Average(one => holds(one) is { } held ? held ? 1.0 : 0 : (double?)null);
}
