using System.Globalization;
using System.Text.Json;
using Amend.Evaluation.Metrics;
using Amend.Models.Scoring;

namespace Amend.Parity.Tests.Metrics;

/// <summary>
/// Success, retain and equivalence from given logits of one-logit classifiers are those of the evaluation scripts of
/// nicola-decao/KnowledgeEditor: all items but the edited one are to be retained.
/// </summary>
[Trait("kind", "parity")]
public sealed class KnowledgeEditorMetricParityTests
{
    /// <summary>The reference's figures are in float32.</summary>
    private const double Tolerance = 1e-6;

    public static TheoryData<string> Cases => MetricGolden.Named("ke_metrics");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Success_retain_and_equivalence_are_those_of_the_reference(string id)
    {
        var golden = MetricGolden.Json(id);
        CaseMeasurement[] edits = [.. golden.Integers("edited_items").Select(item => Measured(golden, item))];

        Assert.Equal(golden.GetProperty("success").GetDouble(), Figure("ke.success", edits), Tolerance);
        Assert.Equal(golden.GetProperty("retain").GetDouble(), Figure("ke.retain", edits), Tolerance);
        Assert.Equal(golden.GetProperty("equivalence").GetDouble(), Figure("ke.equivalence", edits), Tolerance);
        Assert.All(edits, (edit, at) =>
        {
            Assert.Equal(golden.Numbers("retain_per_edit")[at], Value("ke.retain", edit), Tolerance);
            Assert.Equal(golden.Numbers("equivalence_per_edit")[at], Value("ke.equivalence", edit), Tolerance);
        });
    }

    private static CaseMeasurement Measured(JsonElement golden, int item)
    {
        var (name, before) = (item.ToString(CultureInfo.InvariantCulture), golden.Booleans("predictions_before"));
        var (alternative, after) = (
            golden.GetProperty("alternative_labels").GetProperty(name).GetBoolean(),
            golden.GetProperty("logits_after_edit").Numbers(name));
        return new CaseMeasurement(
            new MetricCase(name, []),
            new CaseAnswers([.. before.Select((label, at) => Said(KindOf(at), label ? 1 : -1, alternative))]),
            new CaseAnswers(
            [
                .. after.Select((logit, at) => Said(KindOf(at), logit, alternative)),
                .. golden.GetProperty("rephrase_logits_after_edit").Numbers(name)
                    .Select(logit => Said(PromptKind.Paraphrase, logit, alternative)),
            ]));

        PromptKind KindOf(int at) => at == item ? PromptKind.Rewrite : PromptKind.Neighborhood;
    }

    private static PromptAnswer Said(PromptKind kind, double logit, bool wanted)
    {
        var (target, likeliest) = (wanted ? 1 : 0, logit > 0 ? 1 : 0);
        return new PromptAnswer(
            new MetricPrompt(kind, "", ""),
            new TargetAnswer(new TargetScore(0, 1, target == likeliest), [target], [likeliest]) { LabelLogits = [0, (float)logit] },
            null,
            null);
    }

    private static double Figure(string metric, CaseMeasurement[] edits) => BuiltInMetrics.Find(metric).Over(edits, seed: 0).Value / 100;

    private static double Value(string metric, CaseMeasurement edit) => BuiltInMetrics.Find(metric).ValueOf(edit)!.Value / 100;
}
