using Amend.Evaluation.Metrics;
using Amend.Models.Scoring;

namespace Amend.Evaluation.Tests.Metrics;

/// <summary>What a model said, made up for tests.</summary>
internal static class Measurements
{
    public static CaseMeasurement Case(params IEnumerable<PromptAnswer> answers) =>
        new(new MetricCase("0", []), null, new CaseAnswers([.. answers]));

    /// <summary>Losses of both candidates after one prompt.</summary>
    public static PromptAnswer Losses(PromptKind kind, double wanted, double rival) =>
        new(
            new MetricPrompt(kind, "p", "a", "b"),
            new(new TargetScore(-wanted, 1, false), [1], [1]),
            new(new TargetScore(-rival, 1, false), [1], [1]),
            null);

    /// <summary>Whether each token of the wanted answer is the likeliest.</summary>
    public static PromptAnswer Hits(PromptKind kind, params bool[] hits) => new(
        new MetricPrompt(kind, "p", "a"), new TargetAnswer(
            new TargetScore(-1, hits.Length, hits.All(hit => hit)),
            [.. hits.Select(_ => 1)],
            [.. hits.Select(hit => hit ? 1 : 0)]), null, null);
}
