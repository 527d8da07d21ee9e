using Amend.Models.Generation;

namespace Amend.Models.Tests.Generation;

public sealed class FreeAnswerTests
{
    [Theory]
    [InlineData(" Paris", "Paris", true)]
    [InlineData("Paris", " Paris ", true)]
    [InlineData("paris", "Paris", false)]
    [InlineData("Paris in France", "Paris", false)]
    public void An_exact_answer_is_the_wanted_text_but_for_space_around_it(string answer, string wanted, bool expected) =>
        Assert.Equal(expected, FreeAnswer.IsExact(answer, wanted));

    [Theory]
    [InlineData("It is in Paris, France", "Paris", true)]
    [InlineData("Parisian life", "Paris", false)]
    [InlineData("Parisian life in Paris", "Paris", true)]
    [InlineData("comparis", "Paris", false)]
    [InlineData("a C++ tool", "C++", true)]
    [InlineData("anything", "", false)]
    public void A_text_contains_an_answer_as_whole_words(string text, string wanted, bool expected) =>
        Assert.Equal(expected, FreeAnswer.Contains(text, wanted));
}
