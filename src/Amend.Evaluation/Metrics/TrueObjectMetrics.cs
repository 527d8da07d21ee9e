using Amend.Models.Generation;

namespace Amend.Evaluation.Metrics;

/// <summary>
/// Whether the model gives the object o that holds before the edit, on the edited prompt: of the unedited model what it knows, and
/// afterwards how much of it is left. Facts without a new object are asked for with the metrics of the wanted answer.
/// </summary>
public static class TrueObjectMetrics
{
    private const string Paper = "Meng et al. 2022, section 2 (facts that a model knows); Yang et al. 2025 (free generation)";
    private const double Percent = 100;

    /// <summary>o's first token is the likeliest.</summary>
    public static IMetric First { get; } = Of(
        "true.first", "True object's first token is the likeliest, edited prompt",
        answer => answer.Rival!.Hits.First());

    /// <summary>All tokens of o are the likeliest at their places.</summary>
    public static IMetric Exact { get; } = Of(
        "true.exact", "All tokens of the true object are the likeliest, edited prompt",
        answer => answer.Rival!.Score.IsGreedy);

    /// <summary>The whole greedy continuation has o somewhere.</summary>
    public static IMetric Contains { get; } = Of(
        "true.contains", "Generated text contains the true object, edited prompt",
        answer => Has(answer, answer.Generated), MetricNeeds.GreedyAnswers);

    /// <summary>The greedy answer to a user who asks through the model's chat template has o somewhere.</summary>
    public static IMetric ContainsInChat { get; } = Of(
        "true.chat", "Answer in chat contains the true object, edited prompt",
        answer => Has(answer, answer.InChat), MetricNeeds.ChatAnswers);

    /// <summary>The share of facts of no edit whose object's first token is the likeliest: what else the model still knows.</summary>
    public static IMetric Probe { get; } = new CaseMetric(
        new MetricInfo
        {
            Id = "probe",
            Title = "Facts of no edit whose object's first token is the likeliest",
            Paper = "Meng et al. 2022, section 2; as a probe of general ability, Gu et al. 2024",
            Needs = MetricNeeds.Probe,
        },
        measured => Percent * measured.Now.ProbeShare);

    private static CaseMetric Of(string id, string title, Func<PromptAnswer, bool?> holds, MetricNeeds needs = MetricNeeds.None) => new(
        new MetricInfo
        {
            Id = id,
            Title = title,
            Paper = Paper,
            Direction = MetricDirection.LowerIsBetter,
            Decoding = needs == MetricNeeds.None ? Decoding.TeacherForced : Decoding.Greedy,
            Needs = MetricNeeds.Rewrite | MetricNeeds.Rival | needs,
        },
        measured => Percent * measured.Now.Of(PromptKind.Rewrite)
            .Where(answer => answer.Rival is not null)
            .Average(answer => holds(answer) is { } held ? held ? 1.0 : 0 : (double?)null));

    private static bool? Has(PromptAnswer answer, GeneratedAnswer? said) =>
        said is null ? null : FreeAnswer.Contains(said.Text, answer.Prompt.Rival!);
}
