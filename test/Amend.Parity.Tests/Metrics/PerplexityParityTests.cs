using Amend.Models.Scoring;

namespace Amend.Parity.Tests.Metrics;

/// <summary>Perplexity as released is that of <c>util/perplexity.py</c> in kmeng01/rome.</summary>
[Trait("kind", "parity")]
public sealed class PerplexityParityTests
{
    private const double RelativeTolerance = 1e-4;
    private const string Expected = "perplexity_max";

    public static TheoryData<string> Cases => MetricGolden.Named("perplexity");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Perplexity_of_a_text_cut_to_a_length_is_that_of_the_reference(string id)
    {
        var golden = MetricGolden.Json(id);
        using var model = MetricGolden.Model(id);
        var ids = model.Tokenize(golden.GetProperty("text").GetString()!).Ids;
        Assert.Equal(golden.Integers("ids"), ids);

        Assert.All(golden.EnumerateObject().Where(p => p.Name.StartsWith(Expected, StringComparison.Ordinal)), expected =>
        {
            int[] cut = [.. ids.Take(int.Parse(expected.Name.AsSpan(Expected.Length)))];
            var (logs, wanted) = (TextScorer.LogProbabilities(model, cut), expected.Value.GetDouble());
            Assert.Equal(wanted, Perplexity.AsReleased(logs), RelativeTolerance * wanted);
            Assert.Equal(
                Math.Pow(wanted, cut.Length / (cut.Length - 1.0)), Perplexity.Of(logs), 2 * RelativeTolerance * Perplexity.Of(logs));
        });
    }
}
