using Amend.Evaluation.Metrics;
using static Amend.Evaluation.Tests.Metrics.Measurements;

namespace Amend.Evaluation.Tests.Metrics;

public sealed class TeacherForcedMetricsTests
{
    [Fact]
    public void Tokens_are_averaged_in_their_record_before_records_are()
    {
        CaseMeasurement[] records =
        [
            Case(Hits(PromptKind.Rewrite, true), Hits(PromptKind.Paraphrase, true), Hits(PromptKind.Paraphrase, false, false, false)),
            Case(Hits(PromptKind.Rewrite, false, false, false, true)),
        ];

        Assert.Equal(62.5, TeacherForcedMetrics.TokenAccuracy.Over(records, seed: 0).Value);
        Assert.Equal(new MetricFigure(25, 25, 25, 1), TeacherForcedMetrics.ParaphraseTokenAccuracy.Over(records, seed: 0));
        Assert.Equal(50, TeacherForcedMetrics.ParaphraseExact.ValueOf(records[0]));
    }

    [Fact]
    public void A_neighbors_answer_counts_by_its_first_token_and_by_every_token_under_another_name()
    {
        var record = Case(Hits(PromptKind.Neighborhood, true, false, false, false), Hits(PromptKind.Neighborhood, false, true));

        Assert.Equal(50, TeacherForcedMetrics.GoldLocality.ValueOf(record));
        Assert.Equal(100.0 / 3, TeacherForcedMetrics.GoldTokenLocality.ValueOf(record)!.Value, 9);
    }

    [Fact]
    public void An_answer_that_its_data_set_splits_counts_by_every_token()
    {
        var split = Hits(PromptKind.Neighborhood, true, false, false, true);
        var record = Case(split with { Prompt = split.Prompt with { IsSplit = true } });

        Assert.Equal(50, TeacherForcedMetrics.GoldLocality.ValueOf(record));
        Assert.Equal(50, TeacherForcedMetrics.GoldTokenLocality.ValueOf(record));
    }
}
