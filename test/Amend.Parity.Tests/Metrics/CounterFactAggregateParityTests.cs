using System.Text.Json;
using Amend.Evaluation.Metrics;
using Amend.Models.Scoring;

namespace Amend.Parity.Tests.Metrics;

/// <summary>CounterFact's figures from given losses are those of <c>experiments/summarize.py</c> in kmeng01/rome.</summary>
[Trait("kind", "parity")]
public sealed class CounterFactAggregateParityTests
{
    private const double Tolerance = 1e-9;

    private static readonly (string Id, string Name)[] Figures =
    [
        ("cf.es", "rewrite_success"), ("cf.em", "rewrite_diff"), ("cf.ps", "paraphrase_success"),
        ("cf.pm", "paraphrase_diff"), ("cf.ns", "neighborhood_success"), ("cf.nm", "neighborhood_diff"),
    ];

    public static TheoryData<string> Cases => MetricGolden.Named("counterfact_aggregate");

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_figures_over_all_records_are_those_of_the_reference(string id)
    {
        var golden = MetricGolden.Json(id);
        var expected = golden.GetProperty("summary_full_precision");
        var printed = golden.GetProperty("summary_as_printed_percent_rounded_2");

        Assert.All(new[] { "pre", "post" }, moment =>
        {
            var records = Records(golden, moment);
            Assert.All(Figures, figure =>
            {
                var metric = BuiltInMetrics.Find(figure.Id);
                var (found, wanted) = (
                    MetricFigure.MeanOf([.. records.Select(record => metric.ValueOf(record)!.Value)]),
                    expected.Numbers($"{moment}_{figure.Name}"));
                Assert.Equal(found.Value, metric.Over(records, seed: 0).Value, Tolerance);
                Assert.Equal(wanted[0], found.Value / 100, Tolerance);
                Assert.Equal(1.96 * wanted[1] / Math.Sqrt(found.Count), (found.High - found.Low) / 200, Tolerance);
                Assert.Equal(records.Length, found.Count);
                Assert.Equal(printed.Numbers($"{moment}_{figure.Name}")[0], Math.Round(found.Value, 2));
            });
            var score = BuiltInMetrics.Find("cf.s").Over(records, seed: 0);
            Assert.Equal(expected.Items($"{moment}_score")[0].GetDouble(), score.Value / 100, Tolerance);
            Assert.Equal(printed.Items($"{moment}_score")[0].GetDouble(), Math.Round(score.Value, 2));
            Assert.InRange(score.Value, score.Low, score.High);
        });
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_figures_of_each_record_are_those_of_the_reference(string id)
    {
        var golden = MetricGolden.Json(id);
        var expected = golden.GetProperty("per_case");

        Assert.All(new[] { "pre", "post" }, moment => Assert.All(Records(golden, moment), (record, at) => Assert.All(Figures, figure =>
            Assert.Equal(
                expected.Numbers($"{moment}_{figure.Name}")[at], BuiltInMetrics.Find(figure.Id).ValueOf(record)!.Value / 100, Tolerance))));
    }

    private static CaseMeasurement[] Records(JsonElement golden, string moment) =>
        [.. golden.Items("cases").Select(one => one.GetProperty(moment))
            .Select(one => new CaseMeasurement(new MetricCase("0", []), null, new CaseAnswers(
        [
            .. Answers(one, "rewrite", PromptKind.Rewrite, "target_new", "target_true"),
            .. Answers(one, "paraphrase", PromptKind.Paraphrase, "target_new", "target_true"),
            .. Answers(one, "neighborhood", PromptKind.Neighborhood, "target_true", "target_new"),
        ])))];

    private static IEnumerable<PromptAnswer> Answers(JsonElement record, string name, PromptKind kind, string wanted, string rival) =>
        record.Items($"{name}_prompts_probs").Select(pair => new PromptAnswer(
            new MetricPrompt(kind, "", "", ""), Answer(pair.GetProperty(wanted)), Answer(pair.GetProperty(rival)), null));

    private static TargetAnswer Answer(JsonElement nll) => new(new TargetScore(-nll.GetDouble(), 1, false), [], []);
}
