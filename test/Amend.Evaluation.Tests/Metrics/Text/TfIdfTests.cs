using Amend.Evaluation.Metrics.Text;

namespace Amend.Evaluation.Tests.Metrics.Text;

public sealed class TfIdfTests
{
    private static readonly TfIdf Fitted = TfIdf.Fit(["the red house", "the blue house", "the sea"]);

    [Fact]
    public void A_text_is_like_itself() => Assert.Equal(1, Fitted.Similarity("The RED house", "the house, red!")!.Value, 1e-12);

    [Fact]
    public void Texts_without_a_word_in_common_have_0() => Assert.Equal(0, Fitted.Similarity("red", "blue"));

    [Fact]
    public void A_text_without_known_words_is_like_nothing_and_not_0() => Assert.Null(Fitted.Similarity("x unknown", "red"));

    [Fact]
    public void Rare_words_weigh_more()
    {
        Assert.Equal(1, Fitted.Idf["the"], 1e-12);
        Assert.Equal(Math.Log(2) + 1, Fitted.Idf["sea"], 1e-12);
    }

    [Fact]
    public void A_vocabulary_beyond_its_frequencies_is_refused() =>
        Assert.Contains(
            "'red'",
            Assert.Throws<ArgumentException>(() => TfIdf.From(new Dictionary<string, int> { ["red"] = 1 }, [1.0])).Message,
            StringComparison.Ordinal);
}
