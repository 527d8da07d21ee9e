using Amend.Models.Chat;
using Amend.Models.Generation;

namespace Amend.Models.Tests.Chat;

[NoTensorLeaks]
public sealed class FreeWriterTests : IDisposable
{
    private const int AnswerTokens = 12;
    private const int TextTokens = 40;

    private readonly LanguageModel _model = TinyModel.Make();

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(64)]
    public void An_answer_does_not_depend_on_a_longer_prompt_in_its_batch(int batchSize)
    {
        // The context holds 96 tokens, a token a character: the second prompt has room for 3 more, the third for 1.
        string[] prompts = [Prompt(5), Prompt(94), Prompt(96), Prompt(30)];

        var answers = Generator(batchSize).Answers(prompts);

        int[] expected = [AnswerTokens, 3, 1, AnswerTokens];
        for (var i = 0; i < prompts.Length; i++)
            Assert.Equal(_model.Complete(prompts[i], new GenerationOptions { MaxNewTokens = expected[i] }), answers[i].Text);
    }

    [Fact]
    public void A_text_has_its_length_whatever_the_other_openings_are()
    {
        string[] openings = ["The sea", new('a', 95), "The sea", new('b', 39)];

        var texts = Generator().Texts(openings);

        // Ends of text count as tokens and are not written.
        Assert.All([texts[0], texts[2], texts[3]], text => Assert.InRange(text.Length, TextTokens - 5, TextTokens));
        Assert.Equal(openings[1], texts[1]);
        Assert.Equal(Generator().Texts([openings[0]]).Single(), texts[0]);
        Assert.NotEqual(texts[0], texts[2]);
        Assert.Empty(Generator().Texts([]));
    }

    private static string Prompt(int tokens) => string.Concat(Enumerable.Repeat("It is. ", 20))[..tokens];

    private FreeWriter Generator(int batchSize = 64) =>
        new(_model, new WritingOptions { AnswerTokens = AnswerTokens, TextTokens = TextTokens }, batchSize);
}
