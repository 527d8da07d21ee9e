namespace Amend.Tensors.Tests;

public sealed class StableRandomTests
{
    [Fact]
    public void A_seed_and_a_name_give_the_same_numbers_in_every_process()
    {
        Assert.Equal([908, 110, 11, 95], Numbers(3, "a"));
    }

    [Theory]
    [InlineData(4, "a")]
    [InlineData(3, "b")]
    public void Another_seed_or_name_gives_others(int seed, string name) => Assert.NotEqual(Numbers(3, "a"), Numbers(seed, name));

    private static int[] Numbers(int seed, string name)
    {
        var random = StableRandom.For(seed, name);
        return [.. Enumerable.Range(0, 4).Select(_ => random.Next(1000))];
    }
}
