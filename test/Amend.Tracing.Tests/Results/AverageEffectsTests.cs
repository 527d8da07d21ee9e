using Amend.Tensors;
using Amend.Tracing.Results;

namespace Amend.Tracing.Tests.Results;

public sealed class AverageEffectsTests
{
    [Fact]
    public void Tokens_fall_into_the_papers_six_buckets()
    {
        TokenBucket?[] found = [.. Enumerable.Range(0, 9).Select(token => TokenBuckets.Of(token, 9, subjectStart: 1, subjectEnd: 5))];

        Assert.Equal(
            [
                null, TokenBucket.SubjectFirst, TokenBucket.SubjectMiddle, TokenBucket.SubjectMiddle, TokenBucket.SubjectLast,
                TokenBucket.FirstAfter, TokenBucket.Further, TokenBucket.Further, TokenBucket.Last,
            ],
            found);
    }

    [Theory]
    [InlineData(0, 3, 0, 1, TokenBucket.SubjectLast)] // one subject token
    [InlineData(2, 3, 1, 3, TokenBucket.SubjectLast)] // the subject ends the prompt
    [InlineData(1, 2, 0, 1, TokenBucket.Last)] // one token follows it
    public void A_token_is_in_one_bucket_only(int token, int tokens, int start, int end, TokenBucket bucket) =>
        Assert.Equal(bucket, TokenBuckets.Of(token, tokens, start, end));

    [Fact]
    public void A_fact_counts_once_with_the_mean_of_its_tokens()
    {
        var long_ = SampleTraces.ByHand(0, 4, [0.1, 0.1], [0.2, 0.4], [0.4, 0.8], [0.7, 0.3], [0.1, 0.2]);
        var short_ = SampleTraces.ByHand(1, 2, [0.1, 0.1], [0.5, 0.1], [0.1, 0.4]);

        var averages = AverageEffects.Of([long_, short_]);

        Assert.Equal(2, averages.Facts);
        Assert.Equal(0.8, averages.TotalEffect.Mean, 12);
        Assert.Equal([0.2, 0.5], averages.Curve(TraceKind.Mlp, TokenBucket.SubjectMiddle)!.Layers.Select(l => Math.Round(l.Mean, 12)));
        Assert.Equal([0.5, 0.1], averages.Curve(TraceKind.Mlp, TokenBucket.SubjectLast)!.Layers.Select(l => Math.Round(l.Mean, 12)));
        Assert.Equal([0.0, 0.2], averages.Curve(TraceKind.Mlp, TokenBucket.Last)!.Layers.Select(l => Math.Round(l.Mean, 12)));
        Assert.Null(averages.Curve(TraceKind.Mlp, TokenBucket.FirstAfter));
        Assert.Null(averages.Curve(TraceKind.State, TokenBucket.Last));
    }

    [Fact]
    public void The_interval_is_the_normal_one()
    {
        var interval = MeanInterval.Of([1, 2, 3, 6]);

        Assert.Equal(3, interval.Mean);
        Assert.Equal(1.96 * Math.Sqrt(14.0 / 3 / 4), interval.HalfWidth!.Value, 12);
        Assert.Null(MeanInterval.Of([5]).HalfWidth);
    }

    [Fact]
    public void The_suggested_layer_is_the_peak_of_MLP_windows_at_the_subjects_last_token()
    {
        var averages = AverageEffects.Of([SampleTraces.ByHand(0, 1, [0.3, 0.6], [0.9, 0.1]), SampleTraces.ByHand(0, 1, [0.5, 0.6], [0.9, 0.1])]);

        var suggestion = LayerSuggestion.Of(averages);

        Assert.Equal(1, suggestion.Layer);
        Assert.Equal([1], suggestion.Close);
        Assert.Equal(
            "Layer 1: restoring the MLPs in a window of 10 around it at the subject's last token brings back most, 50.0 ± 0.0 points of probability over 2 facts.",
            suggestion.Explain());
    }

    [Fact]
    public void Nothing_and_unlike_traces_cannot_be_averaged()
    {
        var trace = SampleTraces.ByHand(0, 1, [0.3, 0.6], [0.9, 0.1]);

        Assert.Contains("nothing to average", Assert.Throws<AmendException>(() => AverageEffects.Of([])).Message, StringComparison.Ordinal);
        Assert.Contains("several models", Assert.Throws<AmendException>(() => AverageEffects.Of([trace, trace with { WeightsHash = "01" }])).Message, StringComparison.Ordinal);
        Assert.Contains("has no mlp", Assert.Throws<AmendException>(() => AverageEffects.Of([trace, trace with { Maps = [] }])).Message, StringComparison.Ordinal);
        Assert.Contains(
            "trace the kind mlp",
            Assert.Throws<AmendException>(() => LayerSuggestion.Of(AverageEffects.Of([trace with { Maps = [trace.Maps[0] with { Kind = "state" }] }]))).Message,
            StringComparison.Ordinal);
    }
}
