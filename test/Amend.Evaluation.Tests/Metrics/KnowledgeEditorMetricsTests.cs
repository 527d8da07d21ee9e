using Amend.Evaluation.Metrics;
using Amend.Models.Scoring;

namespace Amend.Evaluation.Tests.Metrics;

public sealed class KnowledgeEditorMetricsTests
{
    [Theory]
    [InlineData(1, 100, 50, 50)]
    [InlineData(0, 0, 50, 50)]
    [InlineData(2, 0, 0, 50)]
    public void Paraphrases_are_compared_with_what_the_edited_text_is_predicted_as_and_with_the_new_label(
        int edited, double success, double equivalence, double target)
    {
        var measured = Measured([], [Said(PromptKind.Rewrite, 1, edited), Said(PromptKind.Paraphrase, 1, 1), Said(PromptKind.Paraphrase, 1, 0)]);

        Assert.Equal(success, Value("ke.success", measured));
        Assert.Equal(equivalence, Value("ke.equivalence", measured));
        Assert.Equal(target, Value("ke.equivalence.target", measured));
    }

    [Fact]
    public void Retained_are_predictions_that_stay_whether_they_were_right_or_not()
    {
        var measured = Measured([Kept(gold: 1, 0), Kept(1, 1), Kept(0, 1), Kept(0, 0)], [Kept(1, 0), Kept(1, 0), Kept(0, 1), Kept(0, 0)]);

        Assert.Equal(75, Value("ke.retain", measured));
    }

    [Fact]
    public void Deterioration_is_of_the_accuracy_and_below_zero_where_the_model_gets_better()
    {
        var worse = Measured([Kept(1, 1), Kept(1, 1), Kept(0, 1)], [Kept(1, 1), Kept(1, 0), Kept(0, 1)]);
        var better = Measured([Kept(1, 1), Kept(1, 0)], [Kept(1, 1), Kept(1, 1)]);

        Assert.Equal(50, Value("ke.deterioration", worse)!.Value, 1e-9);
        Assert.Equal(-100, Value("ke.deterioration", better)!.Value, 1e-9);
    }

    [Fact]
    public void Over_cases_deterioration_is_that_of_the_mean_accuracies()
    {
        var half = Measured([Kept(1, 1), Kept(1, 0)], [Kept(1, 0), Kept(1, 0)]);
        var all = Measured([Kept(1, 1), Kept(1, 1)], [Kept(1, 1), Kept(1, 1)]);
        var none = Measured([Kept(1, 0), Kept(1, 0)], [Kept(1, 1), Kept(1, 0)]);

        var figure = BuiltInMetrics.Find("ke.deterioration").Over([half, all, none], seed: 1);

        Assert.Null(Value("ke.deterioration", none));
        Assert.Equal(0, figure.Value, 1e-9);
        Assert.Equal((3, IntervalKind.Bootstrap), (figure.Count, figure.Interval));
        Assert.InRange(figure.Value, figure.Low, figure.High);
        Assert.Equal(100.0 / 3, BuiltInMetrics.Find("ke.deterioration").Over([half, all], seed: 1).Value, 1e-9);
    }

    [Theory]
    [InlineData("ke.success")]
    [InlineData("ke.retain")]
    [InlineData("ke.equivalence")]
    [InlineData("ke.equivalence.target")]
    [InlineData("ke.deterioration")]
    public void Models_that_write_and_cases_without_such_texts_have_no_value(string metric)
    {
        PromptAnswer Written(PromptKind kind) => Said(kind, 1, 1) with { Wanted = new TargetAnswer(new TargetScore(0, 1, true), [1], [1]) };
        var written = Measured(
            [Written(PromptKind.Neighborhood)],
            [Written(PromptKind.Rewrite), Written(PromptKind.Paraphrase), Written(PromptKind.Neighborhood)]);

        Assert.Null(Value(metric, written));
        Assert.Null(Value(metric, Measured([], [])));
        Assert.Equal(0, BuiltInMetrics.Find(metric).Over([written], seed: 0).Count);
    }

    private static double? Value(string metric, CaseMeasurement measured) => BuiltInMetrics.Find(metric).ValueOf(measured);

    private static CaseMeasurement Measured(PromptAnswer[] before, PromptAnswer[] now) =>
        new(new MetricCase("1", []), new CaseAnswers(before), new CaseAnswers(now));

    private static PromptAnswer Kept(int gold, int said) => Said(PromptKind.Neighborhood, gold, said);

    private static PromptAnswer Said(PromptKind kind, int wanted, int said) => new(
        new MetricPrompt(kind, "", ""),
        new TargetAnswer(new TargetScore(0, 1, wanted == said), [wanted], [said]) { LabelLogits = [0, 0, 0] },
        null,
        null);
}
