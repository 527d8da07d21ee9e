using System.Text.RegularExpressions;
using Amend.Models.Tokenizers;

namespace Amend.Models.Tests.Tokenizers;

public sealed class ByteLevelWordsTests
{
    /// <summary>The expression of GPT-2's published encoder; .NET's reads UTF-16, so it serves for the basic plane.</summary>
    private static readonly Regex Published = new(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", RegexOptions.CultureInvariant);

    [Fact]
    [Trait("kind", "property")]
    public void Words_are_those_of_the_published_expression()
    {
        var random = new Random(21);
        for (var n = 0; n < 2000; n++)
        {
            var text = string.Concat(RandomText.Next(random).Where(c => !char.IsSurrogate(c)));

            Assert.Equal(Published.Matches(text).Select(match => match.Value), Words(text));
        }
    }

    [Theory]
    [InlineData("I can't, they'll", new[] { "I", " can", "'t", ",", " they", "'ll" })]
    [InlineData("CAN'T", new[] { "CAN", "'", "T" })]
    [InlineData("a  b\n\n c ", new[] { "a", " ", " b", "\n\n", " c", " " })]
    [InlineData("x2 3.14", new[] { "x", "2", " 3", ".", "14" })]
    public void Words_keep_the_space_before_them(string text, string[] words)
    {
        Assert.Equal(words, Words(text));
    }

    [Fact]
    public void Letters_and_numbers_outside_the_basic_plane_are_letters_and_numbers()
    {
        Assert.Equal(["a𠀀b", "𝟙2", "😀"], Words("a𠀀b𝟙2😀"));
    }

    private static IEnumerable<string> Words(string text) => ByteLevelWords.Split(text).Select(word => text[word.Start..word.End]);
}
