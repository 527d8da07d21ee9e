using Amend.Tensors;
using Amend.Tracing.Noise;
using static TorchSharp.torch;

namespace Amend.Tracing.Tests.Noise;

[NoTensorLeaks]
public sealed class NoiseRuleTests
{
    [Theory]
    [InlineData("3s", NoiseDistribution.Gaussian, 3, true)]
    [InlineData("s3", NoiseDistribution.Gaussian, 3, true)]
    [InlineData("0.1", NoiseDistribution.Gaussian, 0.1, false)]
    [InlineData("u0.8", NoiseDistribution.Uniform, 0.8, false)]
    [InlineData("u2s", NoiseDistribution.Uniform, 2, true)]
    public void A_rule_is_read_from_its_text(string text, NoiseDistribution distribution, double amount, bool isMultiple) =>
        Assert.Equal(new NoiseRule(distribution, amount, isMultiple), NoiseRule.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("strong")]
    [InlineData("-1")]
    [InlineData("NaN")]
    [InlineData("1e999")]
    public void What_is_no_rule_is_refused_with_the_forms(string text)
    {
        var error = Assert.Throws<AmendException>(() => NoiseRule.Parse(text));

        Assert.Equal($"The noise '{text}' is no rule; give 3s (three deviations of subjects' embeddings), a level such as 0.1, or u0.1 for uniform noise.", error.Message);
    }

    [Fact]
    public void A_multiple_needs_subjects()
    {
        using var model = SampleTraces.Model();

        Assert.Contains("fixed level such as 0.1", Assert.Throws<AmendException>(() => NoiseRule.ThreeDeviations.LevelFor(model, [])).Message, StringComparison.Ordinal);
        Assert.Equal(0.1, NoiseRule.Parse("0.1").LevelFor(model, []).Level);
    }

    [Fact]
    public void The_spread_is_the_deviation_of_all_elements_whatever_the_chunks()
    {
        using var model = SampleTraces.Model();
        using var scope = NewDisposeScope();
        var subjects = Enumerable.Range(0, 600).Select(i => $"w{1 + (i % 7)} w{2 + (i % 50)}").ToArray();
        var ids = subjects.SelectMany(subject => model.Tokenize(subject).Ids).Select(id => (long)id).ToArray();

        var expected = model.Weights["transformer.wte.weight"].Value.index_select(0, tensor(ids)).to(float64).std().item<double>();

        Assert.Equal(expected, EmbeddingSpread.Of(model, subjects), 9);
    }

    [Fact]
    public void Uniform_noise_stays_within_its_level_and_gaussian_noise_has_its_deviation()
    {
        using var scope = NewDisposeScope();
        using var uniform = SubjectNoise.Draw(new NoiseLevel(NoiseRule.Parse("u0.5"), 0.5), 50, 4, 32, seed: 2, twice: false);
        using var gaussian = SubjectNoise.Draw(NoiseLevel.Fixed(0.5), 50, 4, 32, seed: 2, twice: true);

        Assert.InRange(uniform.Values.abs().max().item<float>(), 0.45, 0.5);
        Assert.InRange(gaussian.Values.std().item<float>(), 0.48, 0.52);
        Assert.Null(uniform.Second);
        Assert.True((gaussian.Values - gaussian.Second!).abs().max().item<float>() > 0.1);
    }
}
