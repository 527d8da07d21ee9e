using Amend.Evaluation.Metrics.Text;

namespace Amend.Evaluation.Tests.Metrics.Text;

public sealed class TreebankWordsTests
{
    [Theory]
    [InlineData("Paris. Rome.", "Paris . Rome .")]
    [InlineData("It's John's; they'd say we've won't.", "It 's John 's ; they 'd say we 've wo n't .")]
    [InlineData("\"Yes\", he said.", "`` Yes '' , he said .")]
    [InlineData("Ten, 1,000 and 12:30: done", "Ten , 1,000 and 12:30 : done")]
    [InlineData("a <b> [c] {d}", "a < b > [ c ] { d }")]
    [InlineData("GONNA wanna go", "GON NA wan na go")]
    [InlineData("the boys' toys", "the boys ' toys")]
    [InlineData("", "")]
    public void Punctuation_and_contractions_are_words_of_their_own(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', TreebankWords.Of(text)));
}
