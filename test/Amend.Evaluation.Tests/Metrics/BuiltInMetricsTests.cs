using Amend.Evaluation.Metrics;
using Amend.Tensors;

namespace Amend.Evaluation.Tests.Metrics;

public sealed class BuiltInMetricsTests
{
    [Fact]
    public void Ids_are_unique_and_every_metric_says_what_it_is()
    {
        Assert.Equal(BuiltInMetrics.All.Count, BuiltInMetrics.All.DistinctBy(metric => metric.Info.Id).Count());
        Assert.All(BuiltInMetrics.All.Select(metric => metric.Info), info =>
        {
            Assert.NotEmpty(info.Title);
            Assert.NotEmpty(info.Paper);
            Assert.NotEqual(MetricNeeds.None, info.Needs);
            Assert.True(info.Low < info.High);
        });
    }

    [Fact]
    public void A_metric_is_found_by_its_id() => Assert.Equal("cf.s", BuiltInMetrics.Find("cf.s").Info.Id);

    [Fact]
    public void An_unknown_id_is_answered_with_the_known_ones() =>
        Assert.Contains("cf.es", Assert.Throws<AmendException>(() => BuiltInMetrics.Find("accuracy")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_case_without_what_a_metric_needs_has_no_value()
    {
        var nothing = new CaseMeasurement(new MetricCase("0", []), null, new CaseAnswers([]));

        Assert.All(BuiltInMetrics.All, metric =>
        {
            Assert.Null(metric.ValueOf(nothing));
            Assert.Equal(0, metric.Over([nothing], seed: 0).Count);
            Assert.True(double.IsNaN(metric.Over([nothing], seed: 0).Value));
            Assert.True(double.IsNaN(metric.Over([], seed: 0).Value));
        });
    }
}
