using Amend.Models.Tokenizers;

namespace Amend.Models.Tests.Tokenizers;

public sealed class AddedTokenFinderTests
{
    [Fact]
    public void The_longest_of_the_tokens_at_a_place_is_found()
    {
        Assert.Equal(["a", "[<x>]", "b", "[<x>y]"], Split("a<x>b<x>y", new AddedToken("<x>", 1), new AddedToken("<x>y", 2)));
    }

    [Fact]
    public void A_token_takes_the_white_space_that_its_flags_say()
    {
        Assert.Equal(["a", "[ \n<m>]", "  b"], Split("a \n<m>  b", new AddedToken("<m>", 1) { StripsLeft = true }));
        Assert.Equal(["a ", "[<m>  ]", "b"], Split("a <m>  b", new AddedToken("<m>", 1) { StripsRight = true }));
        Assert.Equal(["[<m> ]", "[<m>]"], Split("<m> <m>", new AddedToken("<m>", 1) { StripsLeft = true, StripsRight = true }));
    }

    [Fact]
    public void A_single_word_is_found_only_where_no_word_goes_on()
    {
        Assert.Equal(["[on]", " one son, (", "[on]", ") éon"], Split("on one son, (on) éon", new AddedToken("on", 1) { IsSingleWord = true }));
    }

    [Fact]
    public void Without_tokens_the_text_is_one_stretch()
    {
        Assert.Equal(["abc"], Split("abc"));
        Assert.Empty(Split(""));
    }

    private static IEnumerable<string> Split(string text, params AddedToken[] tokens) =>
        new AddedTokenFinder(tokens.Select(token => (token.Content, token))).Split(text)
            .Select(part => part.Token is null ? text[part.Start..part.End] : $"[{text[part.Start..part.End]}]");
}
