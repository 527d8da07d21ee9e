using System.Text.Json;
using Amend.Evaluation.Metrics;
using Amend.Models.Scoring;

namespace Amend.Parity.Tests.Metrics;

/// <summary>The metrics of reports, computed from the reference's losses and hits, are the reference's figures.</summary>
[Trait("kind", "parity")]
public sealed class BuiltInMetricsParityTests
{
    private const double Tolerance = 1e-9;

    private static readonly (string Id, string Name)[] Figures =
    [
        ("cf.es", "rewrite_success"), ("cf.em", "rewrite_diff"), ("cf.ps", "paraphrase_success"),
        ("cf.pm", "paraphrase_diff"), ("cf.ns", "neighborhood_success"), ("cf.nm", "neighborhood_diff"),
    ];

    public static TheoryData<string> CounterFact => MetricGolden.Named("counterfact_aggregate");

    [Theory]
    [MemberData(nameof(CounterFact))]
    public void CounterFacts_figures_are_those_of_the_reference(string id)
    {
        var golden = MetricGolden.Json(id);
        var expected = golden.GetProperty("summary_full_precision");

        Assert.All(new[] { "pre", "post" }, moment =>
        {
            CaseMeasurement[] cases = [.. golden.Items("cases").Select(one => Measured(one.GetProperty(moment)))];
            Assert.All(Figures, figure =>
            {
                var (found, wanted) = (BuiltInMetrics.Find(figure.Id).Over(cases, seed: 0), expected.Numbers($"{moment}_{figure.Name}"));
                Assert.Equal(wanted[0], found.Value / 100, Tolerance);
                Assert.Equal(1.96 * wanted[1] / Math.Sqrt(cases.Length), (found.High - found.Low) / 200, Tolerance);
                Assert.Equal(cases.Length, found.Count);
            });
            var score = BuiltInMetrics.Find("cf.s").Over(cases, seed: 0);
            Assert.Equal(expected.Items($"{moment}_score")[0].GetDouble(), score.Value / 100, Tolerance);
            Assert.True(score.Low <= score.Value && score.Value <= score.High);
        });
    }

    private static CaseMeasurement Measured(JsonElement record)
    {
        PromptAnswer[] answers =
        [
            .. Answers(record, "rewrite", PromptKind.Rewrite, "target_new", "target_true"),
            .. Answers(record, "paraphrase", PromptKind.Paraphrase, "target_new", "target_true"),
            .. Answers(record, "neighborhood", PromptKind.Neighborhood, "target_true", "target_new"),
        ];
        return new CaseMeasurement(new MetricCase("0", []), null, new CaseAnswers(answers));
    }

    private static IEnumerable<PromptAnswer> Answers(JsonElement record, string name, PromptKind kind, string wanted, string rival) =>
        record.Items($"{name}_prompts_probs").Select(pair => new PromptAnswer(
            new MetricPrompt(kind, "", "", ""), Answer(pair.GetProperty(wanted)), Answer(pair.GetProperty(rival)), null));

    private static TargetAnswer Answer(JsonElement nll) => new(new TargetScore(-nll.GetDouble(), 1, false), [], []);
}
