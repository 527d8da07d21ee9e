using System.Text;
using Amend.Models.Tokenizers;

namespace Amend.Models.Tests.Tokenizers;

public sealed class ByteLevelBpeTokenizerTests : IClassFixture<TrainedTokenizer>
{
    private const int RandomTexts = 2000;

    private readonly ByteLevelBpeTokenizer _tokenizer;

    public ByteLevelBpeTokenizerTests(TrainedTokenizer trained) => _tokenizer = trained.Tokenizer;

    [Fact]
    [Trait("kind", "property")]
    public void Decoding_gives_back_any_text()
    {
        var random = new Random(11);
        for (var n = 0; n < RandomTexts; n++)
        {
            var text = RandomText.Next(random);

            Assert.Equal(text, _tokenizer.Decode(_tokenizer.Encode(text).Ids));
        }
    }

    [Fact]
    [Trait("kind", "property")]
    public void Spans_cover_any_text_in_order_with_whole_characters()
    {
        var random = new Random(12);
        for (var n = 0; n < RandomTexts; n++)
        {
            var text = RandomText.Next(random);

            AssertCovers(_tokenizer.Encode(text));
        }
    }

    [Fact]
    [Trait("kind", "property")]
    public void All_tokens_are_ids_of_the_vocabulary()
    {
        var random = new Random(13);
        for (var n = 0; n < 200; n++)
            Assert.All(_tokenizer.Encode(RandomText.Next(random)).Ids, id => Assert.InRange(id, 0, _tokenizer.VocabularySize - 2));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("   ")]
    [InlineData("\n\n  \t end  ")]
    [InlineData("def f(x):\n    return x**2  # comment\n")]
    [InlineData("e\u0301 and \u00E9 and \u0301")]
    [InlineData("👨‍👩‍👧👍🏽 😀")]
    [InlineData("𠀀a𝒳 b")]
    [InlineData("can't CAN'T ’s 's's")]
    [InlineData("a\0b\u00ADc\u200Bd\uFEFF")]
    public void Awkward_texts_come_back(string text)
    {
        var tokens = _tokenizer.Encode(text);

        Assert.Equal(text, _tokenizer.Decode(tokens.Ids));
        AssertCovers(tokens);
    }

    [Fact]
    public void Words_of_the_training_text_are_few_tokens()
    {
        Assert.Single(_tokenizer.Encode(" is").Ids);
        Assert.Equal(4, _tokenizer.Encode("The is is is").Ids.Count);
    }

    [Fact]
    public void A_run_of_spaces_leaves_the_last_one_to_the_next_word()
    {
        Assert.Equal([(0, 1), (1, 2), (2, 5)], _tokenizer.Encode("   is").Spans);
    }

    [Fact]
    public void The_tokens_of_a_character_that_is_cut_have_its_span()
    {
        var tokens = _tokenizer.Encode("a𠀀b");

        Assert.Equal([(0, 1), (1, 3), (1, 3), (1, 3), (1, 3), (3, 4)], tokens.Spans);
    }

    [Fact]
    public void The_end_of_text_is_the_last_id_and_text_that_looks_like_it_is_text()
    {
        var tokens = _tokenizer.Encode("<|endoftext|>");

        Assert.Equal(_tokenizer.VocabularySize - 1, _tokenizer.EndOfText);
        Assert.DoesNotContain(_tokenizer.EndOfText, tokens.Ids);
        Assert.Equal("<|endoftext|>", _tokenizer.Decode(tokens.Ids));
        Assert.Equal("<|endoftext|>", _tokenizer.Decode([_tokenizer.EndOfText]));
    }

    [Fact]
    public void Half_a_character_and_an_unknown_id_decode_to_the_replacement_character()
    {
        var half = _tokenizer.Encode("𠀀").Ids.Take(1);

        Assert.Equal("\uFFFD", _tokenizer.Decode(half));
        Assert.Equal("\uFFFD", _tokenizer.Decode([100_000]));
    }

    [Fact]
    public void A_lone_surrogate_is_read_as_the_replacement_character_and_spans_stay_right()
    {
        var tokens = _tokenizer.Encode("a\uD800b");

        Assert.Equal("a\uFFFDb", _tokenizer.Decode(tokens.Ids));
        AssertCovers(tokens);
    }

    [Fact]
    public void A_long_word_is_tokenized_in_a_moment()
    {
        var text = string.Concat(Enumerable.Repeat("Seattleplays", 20_000));

        Assert.Equal(text, _tokenizer.Decode(_tokenizer.Encode(text).Ids));
    }

    private static void AssertCovers(TokenizedText tokens)
    {
        Assert.Equal(tokens.Ids.Count, tokens.Spans.Count);
        var (start, end) = (0, 0);
        foreach (var span in tokens.Spans)
        {
            Assert.True(span.Start == end || IsOneCharacter(tokens.Text, span.Start, end), $"{span} follows {(start, end)} in '{tokens.Text}'.");
            Assert.True(span.End > span.Start && span.End >= end && span.Start >= start);
            (start, end) = span;
        }

        Assert.Equal(tokens.Text.Length, end);
    }

    /// <summary>Whether a range is one character, which two tokens then share.</summary>
    private static bool IsOneCharacter(string text, int start, int end)
    {
        Rune.DecodeFromUtf16(text.AsSpan(start), out _, out var length);
        return start + length == end;
    }
}
