using Amend.Models.Tokenizers.Normalization;
using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tests.Tokenizers;

/// <summary>Lines of the Unicode Character Database's NormalizationTest.txt, and where the characters come from.</summary>
public sealed class UnicodeFormNormalizerTests
{
    [Theory]
    [InlineData("\u1E0A", "\u1E0A", "D\u0307", "\u1E0A", "D\u0307")]
    [InlineData("\u1E0A\u0323", "\u1E0C\u0307", "D\u0323\u0307", "\u1E0C\u0307", "D\u0323\u0307")]
    [InlineData("\u1E9B\u0323", "\u1E9B\u0323", "\u017F\u0323\u0307", "\u1E69", "s\u0323\u0307")]
    [InlineData("\u212B", "\u00C5", "A\u030A", "\u00C5", "A\u030A")]
    [InlineData("\uFB01", "\uFB01", "\uFB01", "fi", "fi")]
    [InlineData("\u2460\u00BD", "\u2460\u00BD", "\u2460\u00BD", "11\u20442", "11\u20442")]
    [InlineData("\u0344", "\u0308\u0301", "\u0308\u0301", "\u0308\u0301", "\u0308\u0301")]
    [InlineData("\u0958", "\u0915\u093C", "\u0915\u093C", "\u0915\u093C", "\u0915\u093C")]
    [InlineData("\uAC01", "\uAC01", "\u1100\u1161\u11A8", "\uAC01", "\u1100\u1161\u11A8")]
    [InlineData("\uAC00\u11A8", "\uAC01", "\u1100\u1161\u11A8", "\uAC01", "\u1100\u1161\u11A8")]
    [InlineData("\u1100\uAC00\u11A8", "\u1100\uAC01", "\u1100\u1100\u1161\u11A8", "\u1100\uAC01", "\u1100\u1100\u1161\u11A8")]
    [InlineData("a\u0315\u0300\u05AE\u0300b", "\u00E0\u05AE\u0300\u0315b", "a\u05AE\u0300\u0300\u0315b", "\u00E0\u05AE\u0300\u0315b", "a\u05AE\u0300\u0300\u0315b")]
    [InlineData("\U0001109A\u0323", "\U0001109A\u0323", "\U00011099\U000110BA\u0323", "\U0001109A\u0323", "\U00011099\U000110BA\u0323")]
    [InlineData("\U0001D400", "\U0001D400", "\U0001D400", "A", "A")]
    public void The_four_forms_are_those_of_the_standard(string source, string nfc, string nfd, string nfkc, string nfkd)
    {
        Assert.Equal(nfc, Normalize(source, compatibility: false, composes: true).Text);
        Assert.Equal(nfd, Normalize(source, compatibility: false, composes: false).Text);
        Assert.Equal(nfkc, Normalize(source, compatibility: true, composes: true).Text);
        Assert.Equal(nfkd, Normalize(source, compatibility: true, composes: false).Text);
    }

    [Fact]
    public void A_character_knows_all_that_it_was_composed_of()
    {
        var text = Normalize("ae\u0301b", compatibility: false, composes: true);

        Assert.Equal([(0, 1), (1, 3), (3, 4)], Enumerable.Range(0, text.Length).Select(unit => text.SourceOf(unit)));
    }

    [Fact]
    public void The_parts_of_a_character_know_the_whole_of_it()
    {
        var text = Normalize("a\uFB03b", compatibility: true, composes: true);

        Assert.Equal("affib", text.Text);
        Assert.Equal([(0, 1), (1, 2), (1, 2), (1, 2), (2, 3)], Enumerable.Range(0, text.Length).Select(unit => text.SourceOf(unit)));
    }

    private static AlignedText Normalize(string text, bool compatibility, bool composes) =>
        new UnicodeFormNormalizer(compatibility, composes).Normalize(AlignedText.Of(text, 0, text.Length), TextPlace.Begins);
}
