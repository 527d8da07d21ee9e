using Amend.Atlas.Suites;

namespace Amend.Atlas.Tests.Suites;

public sealed class MentionTests
{
    [Theory]
    [InlineData("Guinea", "Papua New Guinea lies in", true)]
    [InlineData("Niger", "Nigeria and Niger's capital", true)]
    [InlineData("Niger", "Nigeria lies in", false)]
    [InlineData("Oman", "Romania lies in", false)]
    [InlineData("Oman", "Oman", true)]
    public void A_name_is_mentioned_where_it_stands_as_whole_words(string name, string text, bool expected) =>
        Assert.Equal(expected, Mention.Of(name, text));
}
