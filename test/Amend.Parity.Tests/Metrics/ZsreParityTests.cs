using System.Text.Json;
using Amend.Evaluation.Metrics;
using Amend.Models;
using Amend.Models.Scoring;

namespace Amend.Parity.Tests.Metrics;

/// <summary>zsRE's token accuracies are those of <c>compute_rewrite_quality_zsre</c> and <c>summarize.py</c> in kmeng01/rome.</summary>
[Trait("kind", "parity")]
public sealed class ZsreParityTests
{
    private const double Tolerance = 1e-9;

    private static readonly (string Id, string Name)[] Figures =
        [("tf.token_acc", "rewrite"), ("tf.token_acc.paraphrase", "paraphrase"), ("loc.gold", "neighborhood")];

    public static TheoryData<string> Models => MetricGolden.Named("zsre_model");

    public static TheoryData<string> Aggregates => MetricGolden.Named("zsre_aggregate");

    [Theory]
    [MemberData(nameof(Models))]
    public void Each_target_token_is_judged_as_by_the_reference(string id)
    {
        var golden = MetricGolden.Json(id);
        using var model = MetricGolden.Model(id);
        var record = golden.GetProperty("record");
        var rewrite = record.GetProperty("requested_rewrite");
        var prompt = rewrite.GetProperty("prompt").GetString()!.Replace(
            "{}", rewrite.GetProperty("subject").GetString(), StringComparison.Ordinal);
        var neighborhood = record.Items("neighborhood_prompts").Select(
            n => (n.GetProperty("prompt").GetString()!, n.GetProperty("target").GetString()!));

        Assert.All(golden.GetProperty("cases").EnumerateObject(), one =>
        {
            var target = one.Value.GetProperty("target").GetString()!;
            var expected = one.Value.GetProperty("expected");
            Assert.Equal(one.Value.Integers("target_ids"), new TargetScorer(model).Answers([(prompt, target)])[0].TargetIds);
            Assert.Equal(expected.Booleans("rewrite_prompts_correct"), Hits(model, [(prompt, target)]));
            Assert.Equal(
                expected.Booleans("paraphrase_prompts_correct"), Hits(model, record.Texts("paraphrase_prompts").Select(p => (p, target))));
            Assert.Equal(expected.Booleans("neighborhood_prompts_correct"), Neighbors(model, neighborhood));
        });
    }

    [Theory]
    [MemberData(nameof(Aggregates))]
    public void The_figures_over_records_are_those_of_the_reference(string id)
    {
        var golden = MetricGolden.Json(id);
        var (perCase, printed) = (golden.GetProperty("per_case"), golden.GetProperty("summary_as_printed_percent_rounded_2"));

        Assert.All(new[] { "pre", "post" }, moment =>
        {
            CaseMeasurement[] records = [.. golden.Items("cases").Select(one => Record(one.GetProperty(moment)))];
            Assert.All(Figures, figure =>
            {
                var metric = BuiltInMetrics.Find(figure.Id);
                var (found, wanted) = (
                    MetricFigure.MeanOf([.. records.Select(record => metric.ValueOf(record)!.Value)]),
                    printed.Numbers($"{moment}_{figure.Name}_acc"));
                Assert.Equal(found.Value, metric.Over(records, seed: 0).Value, Tolerance);
                Assert.Equal(wanted[0], Math.Round(found.Value, 2));
                Assert.Equal(wanted[1], Math.Round((found.High - found.Low) / 2 * Math.Sqrt(found.Count) / 1.96, 2));
                Assert.All(records, (record, at) => Assert.Equal(
                    perCase.Numbers($"{moment}_{figure.Name}_acc")[at], metric.ValueOf(record)!.Value / 100, Tolerance));
            });
            var score = HarmonicMean.Of([.. Figures.Select(figure => BuiltInMetrics.Find(figure.Id).Over(records, seed: 0).Value)]);
            Assert.Equal(printed.Items($"{moment}_score")[0].GetDouble(), Math.Round(score, 2));
        });
    }

    private static IEnumerable<bool> Hits(LanguageModel model, IEnumerable<(string Prompt, string Target)> pairs) =>
        new TargetScorer(model).Answers([.. pairs]).SelectMany(answer => answer.Hits);

    /// <summary>A neighbor's answer counts by its first token alone, however many it has.</summary>
    private static IEnumerable<bool> Neighbors(LanguageModel model, IEnumerable<(string Prompt, string Target)> pairs) =>
        pairs.Select(pair =>
    {
        var prompt = new MetricPrompt(PromptKind.Neighborhood, pair.Prompt, pair.Target);
        var said = new PromptAnswer(prompt, new TargetScorer(model).Answers([pair])[0], null, null);
        return BuiltInMetrics.Find("loc.gold").ValueOf(
            new CaseMeasurement(new MetricCase("0", [prompt]), null, new CaseAnswers([said])))!.Value == 100;
    });

    private static CaseMeasurement Record(JsonElement one) => new(new MetricCase("0", []), null, new CaseAnswers(
    [
        Answer(PromptKind.Rewrite, one.Booleans("rewrite_prompts_correct")),
        Answer(PromptKind.Paraphrase, one.Booleans("paraphrase_prompts_correct")),
        Answer(PromptKind.Neighborhood, one.Booleans("neighborhood_prompts_correct")),
    ]));

    /// <summary>All tokens of a kind as one target, since the reference averages over them in one list.</summary>
    private static PromptAnswer Answer(PromptKind kind, bool[] hits) => new(
        new MetricPrompt(kind, "", "") { IsSplit = true }, new TargetAnswer(
            new TargetScore(0, hits.Length, false), [.. hits.Select(_ => 1)], [.. hits.Select(hit => hit ? 1 : 0)]), null, null);
}
