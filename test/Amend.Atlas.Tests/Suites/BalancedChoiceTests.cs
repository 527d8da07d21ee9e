using Amend.Atlas.Suites;

namespace Amend.Atlas.Tests.Suites;

public sealed class BalancedChoiceTests
{
    [Theory]
    [InlineData("aaaaaaaaaabbccddee", 100, "aabbccddee")]
    [InlineData("aaaaaaaaaabcde", 100, "abcde")]
    [InlineData("abcdefghijklmnop", 10, "abcdefghij")]
    [InlineData("aaaabb", 100, "aabb")]
    [InlineData("aaaa", 3, "aaa")]
    [InlineData("abcdef", 2, "ab")]
    [InlineData("", 5, "")]
    public void No_group_has_more_than_a_fifth_or_an_even_share(string items, int limit, string expected) =>
        Assert.Equal(expected, new string([.. BalancedChoice.Take([.. items], item => item.ToString(), limit)]));
}
