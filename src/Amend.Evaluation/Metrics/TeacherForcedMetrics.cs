namespace Amend.Evaluation.Metrics;

/// <summary>
/// Accuracy with the target given: above what free generation gives, because each place is helped by the true tokens before it.
/// </summary>
public static class TeacherForcedMetrics
{
    private const string TokenPaper = "Mitchell et al. 2022 (MEND), zsRE; kmeng01/rome, eval_utils_zsre.py";
    private const string ExactPaper = "Meng et al. 2023 (MEMIT); kmeng01/memit, test_batch_prediction";
    private const double Percent = 100;

    /// <summary>The share of target tokens that are the likeliest at their place, on the edited prompt.</summary>
    public static IMetric TokenAccuracy { get; } = Tokens("tf.token_acc", "Target tokens that are the likeliest, edited prompt", PromptKind.Rewrite);

    /// <summary>The same on paraphrases.</summary>
    public static IMetric ParaphraseTokenAccuracy { get; } = Tokens("tf.token_acc.paraphrase", "Target tokens that are the likeliest, paraphrases", PromptKind.Paraphrase);

    /// <summary>Whether all target tokens are the likeliest at their places, on the edited prompt.</summary>
    public static IMetric Exact { get; } = All("tf.exact", "All target tokens are the likeliest, edited prompt", PromptKind.Rewrite);

    /// <summary>The same on paraphrases.</summary>
    public static IMetric ParaphraseExact { get; } = All("tf.exact.paraphrase", "All target tokens are the likeliest, paraphrases", PromptKind.Paraphrase);

    /// <summary>Specificity: the share of tokens of the gold answer that are the likeliest, on neighbors.</summary>
    public static IMetric GoldLocality { get; } = Tokens("loc.gold", "Gold answer's tokens that are the likeliest, neighbors", PromptKind.Neighborhood);

    /// <summary>Locality: the share of places along the gold answer where the likeliest token is the one from before.</summary>
    public static IMetric Agreement { get; } = new CaseMetric(
        new MetricInfo
        {
            Id = "loc.agree",
            Title = "Likeliest tokens as before the edit, neighbors",
            Paper = "Yao et al. 2023, locality; zjunlp/EasyEdit",
            Needs = MetricNeeds.Neighbors | MetricNeeds.Before,
        },
        measured => measured.Before is { } before ? Share(before.Of(PromptKind.Neighborhood)
            .Zip(measured.Now.Of(PromptKind.Neighborhood))
            .SelectMany(pair => pair.First.Wanted.LikeliestIds.Zip(pair.Second.Wanted.LikeliestIds, (was, isNow) => was == isNow))) : null);

    private static CaseMetric Tokens(string id, string title, PromptKind kind) => new(
        new MetricInfo { Id = id, Title = title, Paper = TokenPaper, Needs = PromptNeeds.Of(kind) },
        measured => Share(measured.Now.Of(kind).SelectMany(answer => answer.Wanted.Hits)));

    private static CaseMetric All(string id, string title, PromptKind kind) => new(
        new MetricInfo { Id = id, Title = title, Paper = ExactPaper, Needs = PromptNeeds.Of(kind) },
        measured => Share(measured.Now.Of(kind).Select(answer => answer.Wanted.Score.IsGreedy)));

    private static double? Share(IEnumerable<bool> hits) => Percent * hits.Average(hit => hit ? 1.0 : (double?)0);
}
