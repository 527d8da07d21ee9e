using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tests.Tokenizers.Text;

public sealed class CodePointPatternTests
{
    [Fact]
    public void Letters_beyond_the_basic_plane_are_letters_and_signs_are_not_cut()
    {
        Assert.Equal(["a𠀀b"], Find(@"\p{L}+", "a𠀀b"));
        Assert.Equal(["😀a", "𝟙"], Find(@"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}", "😀a𝟙"));
        Assert.Equal(["😀😀"], Find(@"[^\s\p{L}\p{N}]+", "a😀😀 "));
    }

    [Fact]
    public void A_class_that_names_characters_beyond_the_basic_plane_has_these_and_no_others_of_their_category()
    {
        Assert.Equal(["𐐀𐑏", "a"], Find("[a-z𐐀-𐑏]+", "𐐀𐑏𐑐a𝐀"));
        Assert.Equal(["𐑐", "𝐀"], Find(@"[^a𐐀-𐑏]", "𐐀𐑏𐑐a𝐀"));
        Assert.Equal(["😀"], Find("😀", "a😁😀b"));
        Assert.Equal(["龥𠀀", "𝐀Ꙁ"], Find("[一-𠀀]+|Ꙁ", "龥𠀀𠀁a𝐀Ꙁ"));
        Assert.Equal(["𐐀𐐨x"], Find(@"\p{L}+", "𐐀𐐨x"));
    }

    [Fact]
    public void A_class_in_a_class_is_their_union()
    {
        Assert.Equal(["ab", " c"], Find(" ?[^(\\s|[.,!?…。，、।۔،])]+", "ab, c(|"));
    }

    [Theory]
    [InlineData("[a[^b]]")]
    [InlineData("[a-z&&[^b]]")]
    [InlineData("[[:space:]]")]
    [InlineData(@"\p{Han}+")]
    [InlineData("(")]
    public void What_cannot_be_read_is_refused(string expression)
    {
        var error = Assert.Throws<FormatException>(() => CodePointPattern.Expression(expression));

        Assert.StartsWith($"the regular expression '{expression}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_is_found_as_it_is()
    {
        Assert.Equal(["a.", "a."], CodePointPattern.Literal("a.").Matches("a.b a. aa").Select(_ => "a."));
        Assert.Empty(CodePointPattern.Literal("").Matches("abc"));
    }

    private static IEnumerable<string> Find(string expression, string text) =>
        CodePointPattern.Expression(expression).Matches(text).Select(match => text[match.Start..match.End]);

    /// <summary>Letters, marks (Mn, Mc, Me), numbers (Nd, Nl, No) and connectors; no joiner.</summary>
    [Theory]
    [InlineData(@"\w+", "a\u0301\u0903\u20DD1\u2167\u00B2_\u203F-\u200D", 0, 9)]
    [InlineData(@"[\w-]+", " \u00B2\u0903-", 1, 4)]
    [InlineData(@"\W+", "\u00B2 -\u200D\u0903", 1, 4)]
    [InlineData(@"[\W_]+", "\u00B2_ $\u0903", 1, 4)]
    [InlineData(@"[^\w]+", "\u0903+\u20DD", 1, 2)]
    [InlineData(@"\b\u0903", "-\u0903", 1, 2)]
    [InlineData(@"\B\u0903", "-\u0903a\u0903", 3, 4)]
    [InlineData(@"\\w", "w\\w", 1, 3)]
    public void A_word_is_what_Oniguruma_takes_for_one(string expression, string text, int start, int end) =>
        Assert.Equal((start, end), CodePointPattern.Expression(expression).Matches(text).First());
}
