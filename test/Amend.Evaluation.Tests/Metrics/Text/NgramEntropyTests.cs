using Amend.Evaluation.Metrics.Text;

namespace Amend.Evaluation.Tests.Metrics.Text;

public sealed class NgramEntropyTests
{
    [Fact]
    public void Different_n_grams_have_the_logarithm_of_their_number() =>
        Assert.Equal(2, NgramEntropy.Bits(["a", "b", "c", "d", "e"], 2), 1e-12);

    [Fact]
    public void Repetition_has_no_entropy() => Assert.Equal(0, NgramEntropy.Of(["no", "no", "no", "no"]));

    [Fact]
    public void Trigrams_weigh_twice_as_much_as_bigrams() =>
        Assert.Equal((Math.Log2(4) + 2 * Math.Log2(3)) / 3, NgramEntropy.Of(["a", "b", "c", "d", "e"]), 1e-12);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Texts_too_short_for_an_n_gram_have_no_entropy(int words) =>
        Assert.Equal(0, NgramEntropy.Of(Enumerable.Repeat("a", words).ToArray()));
}
