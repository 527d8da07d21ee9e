using System.Globalization;
using Amend.Models.Tokenizers.Normalization;
using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tests.Tokenizers;

public sealed class PipelineTokenizerTests
{
    private const int RandomTexts = 150;

    public static TheoryData<string> All => [.. TokenizerFixtures.All];

    public static TheoryData<string> Every => [.. TokenizerFixtures.Every];

    public static TheoryData<string> ByteLevel => [.. TokenizerFixtures.ByteLevel];

    /// <summary>Those that write every text in full; Mistral's leaves out the space that begins a text which has one itself.</summary>
    public static TheoryData<string> Whole => [.. TokenizerFixtures.ByteLevel.Except(["gpt_neox", "qwen2"]), "llama2", "phi3", "sp_bpe_tiny", "stories260K"];

    [Theory]
    [MemberData(nameof(Whole))]
    [Trait("kind", "property")]
    public void Decoding_gives_back_any_text(string name)
    {
        var tokenizer = TokenizerFixtures.Load(name);
        var random = new Random(31);
        for (var n = 0; n < RandomTexts; n++)
        {
            var text = RandomText.Next(random);
            if (!TokenizerFixtures.ByteLevel.Contains(name))
                text = text.Replace('\u2581', ' ').Replace("Ġ", "", StringComparison.Ordinal);

            Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text).Ids));
            Assert.Equal(text, tokenizer.DecodeContinuation(tokenizer.EncodeContinuation(text).Ids));
        }
    }

    [Theory]
    [InlineData("gpt_neox")]
    [InlineData("qwen2")]
    [Trait("kind", "property")]
    public void A_tokenizer_that_composes_gives_back_the_composed_text(string name)
    {
        var tokenizer = TokenizerFixtures.Load(name);

        Assert.Equal("é 각 Å", tokenizer.Decode(tokenizer.Encode("e\u0301 \u1100\u1161\u11A8 \u212B").Ids));
        var composing = new UnicodeFormNormalizer(compatibility: false, composes: true);
        var random = new Random(34);
        for (var n = 0; n < RandomTexts; n++)
        {
            var text = RandomText.Next(random);
            Assert.Equal(composing.Normalize(AlignedText.Of(text, 0, text.Length), TextPlace.Begins).Text, tokenizer.Decode(tokenizer.Encode(text).Ids));
        }
    }

    [Theory]
    [MemberData(nameof(ByteLevel))]
    [Trait("kind", "property")]
    public void Spans_of_a_byte_level_tokenizer_cover_every_character(string name)
    {
        var tokenizer = TokenizerFixtures.Load(name);
        var random = new Random(35);
        for (var n = 0; n < RandomTexts; n++)
        {
            var tokens = tokenizer.Encode(RandomText.Next(random));
            SpanAssert.GoThrough(tokens, name);
            Assert.Equal(Enumerable.Range(0, tokens.Text.Length), tokens.Spans.SelectMany(span => Enumerable.Range(span.Start, span.End - span.Start)).Distinct());
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    [Trait("kind", "property")]
    public void Spans_go_through_the_text_in_order_and_leave_out_no_letter(string name)
    {
        var tokenizer = TokenizerFixtures.Load(name);
        var random = new Random(32);
        for (var n = 0; n < RandomTexts; n++)
            SpanAssert.GoThrough(tokenizer.Encode(RandomText.Next(random)), name);
    }

    [Theory]
    [MemberData(nameof(Every))]
    [Trait("kind", "property")]
    public void All_tokens_are_ids_of_the_vocabulary(string name)
    {
        var tokenizer = TokenizerFixtures.Load(name, findsSpecialTokens: true);
        var random = new Random(33);
        for (var n = 0; n < 100; n++)
            Assert.All(tokenizer.Encode(RandomText.Next(random)).Ids, id => Assert.InRange(id, 0, tokenizer.VocabularySize - 1));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_subject_ends_with_its_last_token(string name)
    {
        var tokenizer = TokenizerFixtures.Load(name);
        (string Before, string Subject, string After)[] prompts =
        [
            ("", "Space Needle", " is in"), ("The ", "Space Needle", " is in"), ("", "日本", " is in"), ("We are in ", "東京", ", which is in"),
            ("", "Россия", " is in"), ("", "Ελλάδα", "'s capital is"), ("", "Côte d'Ivoire", " is in"), ("The city of ", "L'Aquila", "'s country is"),
            ("", "O'Brien", "'s work is"), ("", "Beyonce\u0301", " sings"), ("", "𠀀𠀁", "市 is in"), ("(", "Seattle", ")"), ("", "Seattle", ""),
            ("In  the  ", "Space  Needle", "  one"), ("", "العربية", " is"), ("", "한국어", "로"),
        ];
        Assert.All(prompts, prompt =>
        {
            var tokens = tokenizer.Encode(prompt.Before + prompt.Subject + prompt.After);
            var end = prompt.Before.Length + prompt.Subject.Length;

            var last = tokens.LastTokenOf(prompt.Before.Length, end);
            var first = tokens.FirstTokenOf(prompt.Before.Length, end);

            Assert.InRange(tokens.Spans[last].Start, 0, end - 1);
            Assert.True(tokens.Spans[last].End >= end || (tokens.Spans[last].End == end - 1 && IsMark(tokens.Text, end - 1)), $"{tokens.Spans[last]} ends before {end}");
            Assert.All(tokens.Spans.Skip(last + 1), span => Assert.True(span.Start >= end || span.Start == span.End));
            Assert.InRange(tokens.Spans[first].Start, Math.Max(0, prompt.Before.Length - 2), prompt.Before.Length);
            Assert.All(tokens.Spans.Take(first), span => Assert.True(span.End <= prompt.Before.Length));
        });
    }

    [Theory]
    [InlineData("gpt2", "", "")]
    [InlineData("opt", "</s>", "")]
    [InlineData("llama2", "<s>", "")]
    [InlineData("llama3", "<|begin_of_text|>", "")]
    [InlineData("gemma2", "<s>", "")]
    [InlineData("phi3", "", "")]
    [InlineData("roberta", "<s>", "</s>")]
    [InlineData("bart", "<s>", "</s>")]
    [InlineData("t5", "", "</s>")]
    [InlineData("distilbert_uncased", "[CLS]", "[SEP]")]
    public void The_special_tokens_of_the_family_stand_around_a_text_and_cover_nothing(string name, string before, string after)
    {
        var tokenizer = TokenizerFixtures.Load(name);

        var tokens = tokenizer.Encode("Paris");
        var continued = tokenizer.EncodeContinuation("Paris");

        if (before.Length > 0)
            Assert.Equal((tokenizer.IdOf(before), (0, 0)), (tokens.Ids[0], tokens.Spans[0]));
        if (after.Length > 0)
            Assert.Equal((tokenizer.IdOf(after), (5, 5)), (tokens.Ids[^1], tokens.Spans[^1]));
        Assert.DoesNotContain(continued.Ids, id => id == tokenizer.IdOf(before) || id == tokenizer.IdOf(after));
        Assert.Equal("Paris", tokenizer.Decode(tokens.Ids).Trim(), ignoreCase: true); // BART's keeps the space that begins a text.
    }

    [Theory]
    [InlineData("gpt2")]
    [InlineData("llama2")]
    [InlineData("llama3")]
    [InlineData("mistral")]
    [InlineData("gemma2")]
    [InlineData("phi3")]
    [InlineData("t5")]
    [InlineData("sp_bpe_tiny")]
    [InlineData("sp_unigram_tiny")]
    public void A_continuation_has_the_tokens_that_it_has_behind_its_prompt(string name)
    {
        var tokenizer = TokenizerFixtures.Load(name);
        const string Prompt = "The Eiffel Tower is in";
        var end = tokenizer.Encode("x").Ids.Count - tokenizer.EncodeContinuation("x").Ids.Count is > 0 && name == "t5" ? 1 : 0;

        int[] whole = [.. tokenizer.Encode(Prompt + " Paris").Ids.SkipLast(end)];
        int[] parts = [.. tokenizer.Encode(Prompt).Ids.SkipLast(end), .. tokenizer.EncodeContinuation(" Paris").Ids];

        Assert.Equal(whole, parts);
        Assert.Equal(" Paris", tokenizer.DecodeContinuation(tokenizer.EncodeContinuation(" Paris").Ids));
    }

    [Theory]
    [InlineData("llama2", "<s>")]
    [InlineData("llama3", "<|begin_of_text|>")]
    public void A_text_that_is_written_with_its_beginning_does_not_get_it_twice(string name, string begin)
    {
        var finds = TokenizerFixtures.Load(name, findsSpecialTokens: true);
        var reads = TokenizerFixtures.Load(name);

        Assert.Single(finds.Encode(begin + "Paris").Ids, id => id == finds.BeginOfText);
        Assert.Equal(begin + "Paris", reads.Decode(reads.Encode(begin + "Paris").Ids));
        Assert.Single(reads.Encode(begin + "Paris").Ids, id => id == reads.BeginOfText);
    }

    [Theory]
    [MemberData(nameof(ByteLevel))]
    public void An_empty_text_is_empty_but_for_the_special_tokens(string name)
    {
        var tokenizer = TokenizerFixtures.Load(name);

        Assert.Empty(tokenizer.EncodeContinuation("").Ids);
        Assert.Equal("", tokenizer.Decode(tokenizer.Encode("").Ids));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_long_text_and_a_long_word_are_tokenized_in_a_moment(string name)
    {
        var tokenizer = TokenizerFixtures.Load(name);

        Assert.NotEmpty(tokenizer.Encode(string.Concat(Enumerable.Repeat("Seattle", 4_000))).Ids);
        Assert.NotEmpty(tokenizer.Encode(string.Concat(Enumerable.Range(0, 4_000).Select(n => $"The {n}th is in Seattle. "))).Ids);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void An_id_without_a_piece_reads_as_the_replacement_character(string name)
    {
        Assert.Contains("\uFFFD", TokenizerFixtures.Load(name).Decode([1_000_000]), StringComparison.Ordinal);
    }

    private static bool IsMark(string text, int at) => char.GetUnicodeCategory(text, at) == UnicodeCategory.NonSpacingMark;
}
