using Amend.Models.Scoring;

namespace Amend.Models.Tests.Scoring;

public sealed class PerplexityTests
{
    [Fact]
    public void Even_choice_among_k_tokens_has_perplexity_k() => Assert.Equal(8, Perplexity.Of(Enumerable.Repeat(-Math.Log(8), 5).ToArray()), 1e-12);

    [Fact]
    public void As_released_the_sum_is_divided_by_one_token_more() =>
        Assert.Equal(Math.Pow(8, 5.0 / 6), Perplexity.AsReleased(Enumerable.Repeat(-Math.Log(8), 5).ToArray()), 1e-12);
}
