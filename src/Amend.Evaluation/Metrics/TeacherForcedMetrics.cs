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
    public static IMetric TokenAccuracy { get; } =
        Tokens("tf.token_acc", "Target tokens that are the likeliest, edited prompt", PromptKind.Rewrite);

    /// <summary>The same on paraphrases.</summary>
    public static IMetric ParaphraseTokenAccuracy { get; } =
        Tokens("tf.token_acc.paraphrase", "Target tokens that are the likeliest, paraphrases", PromptKind.Paraphrase);

    /// <summary>
    /// Whether the target's first token is the likeliest after the edited prompt: all that kmeng01/rome asks of a fact to be traced.
    /// </summary>
    public static IMetric First { get; } = new CaseMetric(
        new MetricInfo
        {
            Id = "tf.first",
            Title = "Target's first token is the likeliest, edited prompt",
            Paper = "Meng et al. 2022, section 2; kmeng01/rome, causal_trace.py",
            Needs = MetricNeeds.Rewrite,
        },
        measured => Share(measured.Now.Of(PromptKind.Rewrite).SelectMany(answer => answer.Wanted.Hits.Take(1))));

    /// <summary>Whether all target tokens are the likeliest at their places, on the edited prompt.</summary>
    public static IMetric Exact { get; } = All("tf.exact", "All target tokens are the likeliest, edited prompt", PromptKind.Rewrite);

    /// <summary>The same on paraphrases.</summary>
    public static IMetric ParaphraseExact { get; } =
        All("tf.exact.paraphrase", "All target tokens are the likeliest, paraphrases", PromptKind.Paraphrase);

    /// <summary>
    /// Specificity as kmeng01/rome computes it: the share of gold answers whose first token is the likeliest, on neighbors. Its zsRE
    /// makes a neighbor of each token of an answer, so there each token counts.
    /// </summary>
    public static IMetric GoldLocality { get; } = new CaseMetric(
        new MetricInfo
        {
            Id = "loc.gold",
            Title = "Gold answer's first token (zsRE: each token) is the likeliest, neighbors",
            Paper = TokenPaper,
            Needs = MetricNeeds.Neighbors,
        },
        measured => Share(measured.Now.Of(PromptKind.Neighborhood)
            .SelectMany(answer => answer.Prompt.IsSplit ? answer.Wanted.Hits : answer.Wanted.Hits.Take(1))));

    /// <summary>The same, stricter: the share of all tokens of the gold answers that are the likeliest at their place.</summary>
    public static IMetric GoldTokenLocality { get; } =
        Tokens("loc.gold.tokens", "Gold answer's tokens that are the likeliest, neighbors", PromptKind.Neighborhood);

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
        new MetricInfo { Id = id, Title = title, Paper = TokenPaper, Needs = MetricPrompt.NeedOf(kind) },
        measured => Share(measured.Now.Of(kind).SelectMany(answer => answer.Wanted.Hits)));

    private static CaseMetric All(string id, string title, PromptKind kind) => new(
        new MetricInfo { Id = id, Title = title, Paper = ExactPaper, Needs = MetricPrompt.NeedOf(kind) },
        measured => Share(measured.Now.Of(kind).Select(answer => answer.Wanted.Score.IsGreedy)));

    private static double? Share(IEnumerable<bool> hits) => Percent * hits.Average(hit => hit ? 1.0 : (double?)0);
}
