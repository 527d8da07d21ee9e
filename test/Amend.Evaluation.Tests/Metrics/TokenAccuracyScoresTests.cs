using Amend.Evaluation.Metrics;

namespace Amend.Evaluation.Tests.Metrics;

public sealed class TokenAccuracyScoresTests
{
    [Fact]
    public void Tokens_are_averaged_in_their_record_before_records_are()
    {
        var scores = TokenAccuracyScores.Of(
        [
            new TokenAccuracyMeasurement([true], [true, false], [false]),
            new TokenAccuracyMeasurement([false, false, false, true], [], [true]),
        ]);

        Assert.Equal((62.5, 50, 50), (scores.Efficacy.Mean, scores.Paraphrase.Mean, scores.Specificity.Mean));
        Assert.Equal(1, scores.Paraphrase.Count);
        Assert.Equal(3 / (1 / 62.5 + 1 / 50.0 + 1 / 50.0), scores.EditScore, 1e-10);
    }

    [Fact]
    public void No_records_have_no_figures() => Assert.Throws<ArgumentException>(() => TokenAccuracyScores.Of([]));
}
