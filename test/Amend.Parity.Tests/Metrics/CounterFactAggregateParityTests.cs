using System.Text.Json;
using Amend.Evaluation.Metrics;

namespace Amend.Parity.Tests.Metrics;

/// <summary>CounterFact's figures from given losses are those of <c>experiments/summarize.py</c> in kmeng01/rome.</summary>
[Trait("kind", "parity")]
public sealed class CounterFactAggregateParityTests
{
    private const double Tolerance = 1e-9;

    private static readonly (string Name, Func<CounterFactScores, Estimate> Figure)[] Figures =
    [
        ("rewrite_success", s => s.Efficacy), ("rewrite_diff", s => s.EfficacyMagnitude),
        ("paraphrase_success", s => s.Paraphrase), ("paraphrase_diff", s => s.ParaphraseMagnitude),
        ("neighborhood_success", s => s.Neighborhood), ("neighborhood_diff", s => s.NeighborhoodMagnitude),
    ];

    public static TheoryData<string> Cases => MetricGolden.Named("counterfact_aggregate");

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_figures_over_all_records_are_those_of_the_reference(string id)
    {
        var golden = MetricGolden.Json(id);

        Assert.All(new[] { "pre", "post" }, moment =>
        {
            var scores = CounterFactScores.Of(Records(golden, moment));
            var expected = golden.GetProperty("summary_full_precision");
            var printed = golden.GetProperty("summary_as_printed_percent_rounded_2");
            Assert.All(Figures, figure =>
            {
                var (found, wanted) = (figure.Figure(scores), expected.Numbers($"{moment}_{figure.Name}"));
                Assert.Equal(wanted[0], found.Mean / 100, Tolerance);
                Assert.Equal(1.96 * wanted[1] / Math.Sqrt(found.Count), found.Interval / 100, Tolerance);
                Assert.Equal(printed.Numbers($"{moment}_{figure.Name}")[0], Math.Round(found.Mean, 2));
            });
            Assert.Equal(expected.Items($"{moment}_score")[0].GetDouble(), scores.EditScore / 100, Tolerance);
            Assert.Equal(printed.Items($"{moment}_score")[0].GetDouble(), Math.Round(scores.EditScore, 2));
        });
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_figures_of_each_record_are_those_of_the_reference(string id)
    {
        var golden = MetricGolden.Json(id);
        var expected = golden.GetProperty("per_case");

        Assert.All(new[] { "pre", "post" }, moment => Assert.All(Records(golden, moment), (record, at) =>
            Assert.All(Figures, figure => Assert.Equal(
                expected.Numbers($"{moment}_{figure.Name}")[at], figure.Figure(CounterFactScores.Of([record])).Mean / 100, Tolerance))));
    }

    private static CounterFactMeasurement[] Records(JsonElement golden, string moment) =>
        [.. golden.Items("cases").Select(one => one.GetProperty(moment)).Select(one => new CounterFactMeasurement(
            Pairs(one, "rewrite")[0], Pairs(one, "paraphrase"), Pairs(one, "neighborhood")))];

    private static NllPair[] Pairs(JsonElement record, string kind) =>
        [.. record.Items($"{kind}_prompts_probs").Select(p => new NllPair(p.GetProperty("target_new").GetDouble(), p.GetProperty("target_true").GetDouble()))];
}
