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
}
