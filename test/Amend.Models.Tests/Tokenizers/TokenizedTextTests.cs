using Amend.Models.Tokenizers;

namespace Amend.Models.Tests.Tokenizers;

public sealed class TokenizedTextTests : IClassFixture<TrainedTokenizer>
{
    private readonly ByteLevelBpeTokenizer _tokenizer;

    public TokenizedTextTests(TrainedTokenizer trained) => _tokenizer = trained.Tokenizer;

    [Theory]
    [InlineData("", "Space Needle", " is in")]
    [InlineData("The ", "Space Needle", " is in")]
    [InlineData("", "日本", " is in")]
    [InlineData("We are in ", "東京", ", which is in")]
    [InlineData("", "Россия", " is in")]
    [InlineData("", "Ελλάδα", "'s capital is")]
    [InlineData("", "Côte d'Ivoire", " is in")]
    [InlineData("The city of ", "L'Aquila", "'s country is")]
    [InlineData("", "O'Brien", "'s work is")]
    [InlineData("", "Beyonce\u0301", " sings")]
    [InlineData("", "𠀀𠀁", "市 is in")]
    [InlineData("Ask ", "👍🏽", "👍🏽 about it")]
    [InlineData("(", "Seattle", ")")]
    [InlineData("", "Seattle", "")]
    public void The_last_token_of_a_subject_completes_it_and_the_first_begins_it(string before, string subject, string after)
    {
        var tokens = _tokenizer.Encode(before + subject + after);

        var last = tokens.LastTokenOf(before.Length, before.Length + subject.Length);
        var first = tokens.FirstTokenOf(before.Length, before.Length + subject.Length);

        Assert.StartsWith(before + subject, _tokenizer.Decode(tokens.Ids.Take(last + 1)), StringComparison.Ordinal);
        Assert.False(_tokenizer.Decode(tokens.Ids.Take(last)).StartsWith(before + subject, StringComparison.Ordinal));
        Assert.StartsWith(_tokenizer.Decode(tokens.Ids.Take(first)), before, StringComparison.Ordinal);
        Assert.InRange(tokens.Spans[first].Start, before.Length - 1, before.Length);
    }

    [Fact]
    public void Each_token_is_the_last_of_the_characters_it_completes()
    {
        var tokens = new TokenizedText("abcd", [7, 8], [(0, 3), (3, 4)]);

        Assert.Equal(0, tokens.LastTokenOf(0, 2));
        Assert.Equal(1, tokens.LastTokenOf(2, 4));
        Assert.Equal(0, tokens.FirstTokenOf(2, 4));
        Assert.Equal(1, tokens.FirstTokenOf(3, 4));
    }

    [Fact]
    public void A_range_that_no_token_covers_has_none()
    {
        var tokens = new TokenizedText("ab", [7], [(0, 1)]);

        Assert.Equal(-1, tokens.LastTokenOf(1, 2));
        Assert.Equal(-1, tokens.FirstTokenOf(1, 2));
        Assert.Equal(-1, tokens.LastTokenOf(0, 0));
    }
}
