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
        var prompt = rewrite.GetProperty("prompt").GetString()!.Replace("{}", rewrite.GetProperty("subject").GetString(), StringComparison.Ordinal);
        var neighborhood = record.Items("neighborhood_prompts").Select(n => (n.GetProperty("prompt").GetString()!, n.GetProperty("target").GetString()!));

        Assert.All(golden.GetProperty("cases").EnumerateObject(), one =>
        {
            var target = one.Value.GetProperty("target").GetString()!;
            var expected = one.Value.GetProperty("expected");
            Assert.Equal(one.Value.Integers("target_ids"), new TargetScorer(model).Answers([(prompt, target)])[0].TargetIds);
            Assert.Equal(expected.Booleans("rewrite_prompts_correct"), Hits(model, [(prompt, target)]));
            Assert.Equal(expected.Booleans("paraphrase_prompts_correct"), Hits(model, record.Texts("paraphrase_prompts").Select(p => (p, target))));
            Assert.Equal(expected.Booleans("neighborhood_prompts_correct"), Hits(model, neighborhood));
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
            var records = golden.Items("cases").Select(one => Record(one.GetProperty(moment))).ToArray();
            var scores = TokenAccuracyScores.Of(records);
            void AssertFigure(string kind, Func<TokenAccuracyScores, Estimate> figure)
            {
                var wanted = printed.Numbers($"{moment}_{kind}_acc");
                var found = figure(scores);
                Assert.Equal(wanted[0], Math.Round(found.Mean, 2));
                Assert.Equal(wanted[1], Math.Round(found.Interval * Math.Sqrt(found.Count) / 1.96, 2));
                Assert.All(records, (record, at) => Assert.Equal(
                    perCase.Numbers($"{moment}_{kind}_acc")[at], figure(TokenAccuracyScores.Of([record])).Mean / 100, Tolerance));
            }

            AssertFigure("rewrite", s => s.Efficacy);
            AssertFigure("paraphrase", s => s.Paraphrase);
            AssertFigure("neighborhood", s => s.Specificity);
            Assert.Equal(printed.Items($"{moment}_score")[0].GetDouble(), Math.Round(scores.EditScore, 2));
        });
    }

    private static IEnumerable<bool> Hits(LanguageModel model, IEnumerable<(string Prompt, string Target)> pairs) =>
        new TargetScorer(model).Answers([.. pairs]).SelectMany(answer => answer.Hits);

    private static TokenAccuracyMeasurement Record(JsonElement one) => new(
        one.Booleans("rewrite_prompts_correct"), one.Booleans("paraphrase_prompts_correct"), one.Booleans("neighborhood_prompts_correct"));
}
