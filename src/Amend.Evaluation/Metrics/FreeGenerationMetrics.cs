using Amend.Models.Generation;

namespace Amend.Evaluation.Metrics;

/// <summary>What the model says when nothing of the target is given: greedy, to the end of the clause.</summary>
public static class FreeGenerationMetrics
{
    private const string ExactPaper = "Yang et al. 2025 (QAEdit); zjunlp/EasyEdit, generate-text";
    private const string F1Paper = "Hartvigsen et al. 2023 (GRACE); Thartvigsen/GRACE, metrics.py, but a single token counts";
    private const double Percent = 100;

    /// <summary>The answer is the wanted one, on the edited prompt.</summary>
    public static IMetric Exact { get; } =
        Of("gen.exact", "Generated answer is the wanted one, edited prompt", ExactPaper, PromptKind.Rewrite, IsExact);

    /// <summary>The same on paraphrases.</summary>
    public static IMetric ParaphraseExact { get; } =
        Of("gen.exact.paraphrase", "Generated answer is the wanted one, paraphrases", ExactPaper, PromptKind.Paraphrase, IsExact);

    /// <summary>The whole continuation has the wanted answer somewhere, on the edited prompt.</summary>
    public static IMetric Contains { get; } =
        Of("gen.contains", "Generated text contains the wanted answer, edited prompt", ExactPaper, PromptKind.Rewrite, Has);

    /// <summary>The same on paraphrases.</summary>
    public static IMetric ParaphraseContains { get; } =
        Of("gen.contains.paraphrase", "Generated text contains the wanted answer, paraphrases", ExactPaper, PromptKind.Paraphrase, Has);

    /// <summary>Set F1 of the answer's and the wanted answer's token ids, on the edited prompt.</summary>
    public static IMetric F1 { get; } =
        Of("gen.f1_ids", "F1 over token ids of the generated answer, edited prompt", F1Paper, PromptKind.Rewrite, IdsF1);

    /// <summary>What is said to a user who asks through the chat template has the wanted answer, on the edited prompt.</summary>
    public static IMetric ContainsInChat { get; } = InChat(
        "chat.contains", "Answer in chat contains the wanted answer, edited prompt", PromptKind.Rewrite);

    /// <summary>The same on paraphrases.</summary>
    public static IMetric ParaphraseContainsInChat { get; } = InChat(
        "chat.contains.paraphrase", "Answer in chat contains the wanted answer, paraphrases", PromptKind.Paraphrase);

    private static CaseMetric InChat(string id, string title, PromptKind kind) => new(
        new MetricInfo
        {
            Id = id,
            Title = title,
            Paper = ExactPaper,
            Decoding = Decoding.Greedy,
            Needs = MetricPrompt.NeedOf(kind) | MetricNeeds.ChatAnswers,
        },
        measured => Percent * measured.Now.Of(kind)
            .Average(answer => answer.InChat is { } said ? Has(answer, said) : (double?)null));

    private static CaseMetric Of(
        string id, string title, string paper, PromptKind kind, Func<PromptAnswer, GeneratedAnswer, double> figure) => new(
        new MetricInfo
        {
            Id = id,
            Title = title,
            Paper = paper,
            Decoding = Decoding.Greedy,
            Needs = MetricPrompt.NeedOf(kind) | MetricNeeds.GreedyAnswers,
        },
        measured => Percent * measured.Now.Of(kind)
            .Average(answer => answer.Generated is { } generated ? figure(answer, generated) : (double?)null));

    private static double IsExact(PromptAnswer answer, GeneratedAnswer generated) =>
        FreeAnswer.IsExact(generated.Answer, answer.Prompt.Wanted) ? 1 : 0;

    private static double Has(PromptAnswer answer, GeneratedAnswer generated) =>
        FreeAnswer.Contains(generated.Text, answer.Prompt.Wanted) ? 1 : 0;

    private static double IdsF1(PromptAnswer answer, GeneratedAnswer generated) => SetF1.Of(generated.AnswerIds, answer.Wanted.TargetIds);
}
