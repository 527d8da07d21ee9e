using Amend.Evaluation.Metrics;

namespace Amend.Evaluation.Tests.Metrics;

public sealed class SetF1Tests
{
    [Fact]
    public void Equal_sequences_without_repeats_have_1() => Assert.Equal(1, SetF1.Of([3, 1, 2], [1, 2, 3]));

    [Fact]
    public void Repeats_count_in_the_lengths_but_not_in_the_overlap() => Assert.Equal(2 * 0.5 * 1 / 1.5, SetF1.Of([7, 7], [7]), 1e-12);

    [Fact]
    public void Nothing_in_common_and_empty_sequences_have_0()
    {
        Assert.Equal(0, SetF1.Of([1], [2]));
        Assert.Equal(0, SetF1.Of([], [2]));
    }

    [Fact]
    public void One_token_counts_here_and_gives_0_as_released()
    {
        Assert.Equal(1, SetF1.Of([5], [5]));
        Assert.Equal(0, SetF1.AsReleased([0, 5], [5], paddingId: 0));
    }
}
