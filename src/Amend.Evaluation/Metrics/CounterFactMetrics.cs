namespace Amend.Evaluation.Metrics;

/// <summary>
/// CounterFact's figures (Meng et al. 2022, section 3.4; kmeng01/rome, <c>experiments/summarize.py</c>): the wanted candidate
/// against its rival by mean NLL a token. None of them asks whether the model would say the wanted one.
/// </summary>
public static class CounterFactMetrics
{
    private const string Paper = "Meng et al. 2022, section 3.4; kmeng01/rome";
    private const double Percent = 100;

    /// <summary>ES: o* more likely than o on the edited prompt.</summary>
    public static IMetric EfficacySuccess { get; } =
        Success("cf.es", "Efficacy success: P[o*] > P[o] on the edited prompt", PromptKind.Rewrite);

    /// <summary>PS: the same on paraphrases.</summary>
    public static IMetric ParaphraseSuccess { get; } =
        Success("cf.ps", "Paraphrase success: P[o*] > P[o] on paraphrases", PromptKind.Paraphrase);

    /// <summary>NS: o more likely than o* on neighbors.</summary>
    public static IMetric NeighborhoodSuccess { get; } =
        Success("cf.ns", "Neighborhood success: P[o] > P[o*] on neighbors", PromptKind.Neighborhood);

    /// <summary>EM: by how much, on the edited prompt.</summary>
    public static IMetric EfficacyMagnitude { get; } =
        Magnitude("cf.em", "Efficacy magnitude: P[o*] - P[o] on the edited prompt", PromptKind.Rewrite);

    /// <summary>PM: by how much, on paraphrases.</summary>
    public static IMetric ParaphraseMagnitude { get; } =
        Magnitude("cf.pm", "Paraphrase magnitude: P[o*] - P[o] on paraphrases", PromptKind.Paraphrase);

    /// <summary>NM: by how much, on neighbors.</summary>
    public static IMetric NeighborhoodMagnitude { get; } =
        Magnitude("cf.nm", "Neighborhood magnitude: P[o] - P[o*] on neighbors", PromptKind.Neighborhood);

    /// <summary>S: the harmonic mean of ES, PS and NS; 0 where one of them is 0.</summary>
    public static IMetric Score { get; } = new JoinedMetric(
        new MetricInfo
        {
            Id = "cf.s",
            Title = "Edit score: harmonic mean of ES, PS and NS",
            Paper = Paper,
            Needs = MetricNeeds.Rewrite | MetricNeeds.Paraphrases | MetricNeeds.Neighbors | MetricNeeds.Rival,
            Aggregation = MetricAggregation.HarmonicMean,
        },
        EfficacySuccess,
        ParaphraseSuccess,
        NeighborhoodSuccess);

    private static CaseMetric Success(string id, string title, PromptKind kind) =>
        Compare(Info(id, title, kind), kind, CandidateComparison.Success);

    private static CaseMetric Magnitude(string id, string title, PromptKind kind) =>
        Compare(Info(id, title, kind) with { Low = -Percent }, kind, CandidateComparison.Magnitude);

    private static MetricInfo Info(string id, string title, PromptKind kind) =>
        new() { Id = id, Title = title, Paper = Paper, Needs = MetricPrompt.NeedOf(kind) | MetricNeeds.Rival };

    private static CaseMetric Compare(MetricInfo info, PromptKind kind, Func<double, double, double> figure) => new(
        info,
        measured => Percent * measured.Now.Of(kind).Average(answer =>
            answer.Rival is { } rival ? figure(answer.Wanted.Score.MeanNll, rival.Score.MeanNll) : (double?)null));
}
