using Amend.Models.Subjects;
using Amend.Models.Tests.Tokenizers;
using Amend.Models.Tokenizers;
using Amend.Tensors;

namespace Amend.Models.Tests.Subjects;

public sealed class SubjectPromptTests(TrainedTokenizer trained) : IClassFixture<TrainedTokenizer>
{
    private readonly ByteLevelBpeTokenizer _tokenizer = trained.Tokenizer;

    [Theory]
    [InlineData("The party of art is in", "art", "The party of {} is in", "art")]
    [InlineData("Smart art by", "art", "Smart {} by", "art")]
    [InlineData("Who made the IPhone?", "Iphone", "Who made the {}?", "IPhone")]
    [InlineData("Martin, Art and art", "art", "Martin, Art and {}", "art")]
    [InlineData("Martin and Art", "art", "Martin and {}", "Art")]
    [InlineData("Apollo 11 and Apollo 1", "Apollo 1", "Apollo 11 and {}", "Apollo 1")]
    [InlineData("The home of D'Artagnan's sword", "D'Artagnan", "The home of {}'s sword", "D'Artagnan")]
    [InlineData("Is _art_ old?", "art", "Is _{}_ old?", "art")]
    [InlineData("Straße, Stra", "Stra", "Straße, {}", "Stra")]
    [InlineData("Московский метро, Москов", "Москов", "Московский метро, {}", "Москов")]
    [InlineData("Cafe\u0301 is a Cafe in", "Cafe", "Cafe\u0301 is a {} in", "Cafe")]
    [InlineData("我在东京都工作", "东京", "我在{}都工作", "东京")]
    [InlineData("在Paris的塔", "Paris", "在{}的塔", "Paris")]
    [InlineData("東京タワーはどこ", "タワー", "東京{}はどこ", "タワー")]
    [InlineData("파리는 어디", "파리", "{}는 어디", "파리")]
    [InlineData("หอไอเฟลอยู่ที่", "ไอเฟล", "หอ{}อยู่ที่", "ไอเฟล")]
    [InlineData("{}, near Rome, is in", "Rome", "{}, near Rome, is in", "Rome")]
    [InlineData("The {} sign is in", "The {} sign", "{} is in", "The {} sign")]
    public void A_subject_stands_at_its_mark_or_as_whole_words_or_so_in_other_case(string prompt, string subject, string template, string spelled)
    {
        Assert.True(SubjectPrompt.IsIn(prompt, subject));
        Assert.Equal(new SubjectPrompt(template, spelled), SubjectPrompt.Find(prompt, subject));
    }

    [Theory]
    [InlineData("The party is in", "art", "The subject 'art' stands in the prompt 'The party is in' only inside another word; write the prompt with {} where the subject stands.")]
    [InlineData("The SMART is in", "art", "The subject 'art' stands in the prompt 'The SMART is in' only inside another word; write the prompt with {} where the subject stands.")]
    [InlineData("Cafe\u0301 is in", "Cafe", "The subject 'Cafe' stands in the prompt 'Cafe\u0301 is in' only inside another word; write the prompt with {} where the subject stands.")]
    [InlineData("In 👩\u200D🚀 is", "👩", "The subject '👩' stands in the prompt 'In 👩\u200D🚀 is' only inside another word; write the prompt with {} where the subject stands.")]
    [InlineData("Rome is in Rome", "Rome", "The subject 'Rome' is more than once in the prompt 'Rome is in Rome'; mark the place with {}.")]
    [InlineData("The Art of ART", "art", "The subject 'art' is more than once in the prompt 'The Art of ART'; mark the place with {}.")]
    [InlineData("The tower is in", "Rome", "The subject 'Rome' is not in the prompt 'The tower is in'; write the prompt with {} where the subject stands.")]
    [InlineData("The tower is in", " ", "The subject of 'The tower is in' is empty; give the name that stands in the prompt.")]
    public void A_subject_that_stands_nowhere_or_inside_words_or_several_times_is_refused(string prompt, string subject, string sentence)
    {
        Assert.False(SubjectPrompt.IsIn(prompt, subject));
        Assert.Equal(sentence, Assert.Throws<AmendException>(() => SubjectPrompt.Find(prompt, subject)).Message);
    }

    [Theory]
    [InlineData("{} is in", "The Eiffel Tower")]
    [InlineData("Where is {}? In", "The Eiffel Tower")]
    [InlineData("So they came to {}", "The Eiffel Tower")]
    [InlineData("One day. {} was made by", "D'Artagnan's sword")]
    [InlineData("{}'s home is in", "D'Artagnan")]
    [InlineData("{} is in", "Ünter den Linden")]
    [InlineData("The home of {} is in", "東京タワー")]
    [InlineData("{} は", "東京タワー")]
    [InlineData("The 🗼 {} is in", "🗼 tower")]
    public void Tokens_of_the_subject_are_found_wherever_it_stands(string template, string subject)
    {
        var start = template.IndexOf("{}", StringComparison.Ordinal);
        var end = start + subject.Length;

        var (text, first) = new SubjectPrompt(template, subject).FindToken(_tokenizer, LookupToken.SubjectFirst);
        var last = new SubjectPrompt(template, subject).FindToken(_tokenizer).Token;
        var after = new SubjectPrompt(template, subject).FindToken(_tokenizer, LookupToken.SubjectFirstAfterLast).Token;
        var final = new SubjectPrompt(template, subject).FindToken(_tokenizer, LookupToken.Last).Token;

        Assert.Equal(template.Replace("{}", subject, StringComparison.Ordinal), text.Text);
        Assert.True(text.Spans[last].Start < end && text.Spans[last].End >= end, $"token {last} covers {text.Spans[last]}, the subject ends at {end}");
        Assert.True(last + 1 == text.Ids.Count || text.Spans[last + 1].End > end);
        Assert.InRange(text.Spans[first].Start, Math.Max(0, start - 1), start);
        Assert.True(first == 0 || text.Spans[first - 1].End <= start);
        Assert.Equal(Math.Min(last + 1, text.Ids.Count - 1), after);
        Assert.Equal(text.Ids.Count - 1, final);
    }

    [Fact]
    public void At_the_end_of_the_text_the_token_after_the_subject_is_its_last()
    {
        var (text, token) = new SubjectPrompt("So they came to {}", "Rome").FindToken(_tokenizer, LookupToken.SubjectFirstAfterLast);

        Assert.Equal(text.Ids.Count - 1, token);
    }

    [Theory]
    [InlineData("{}is in", "Rome ")]
    [InlineData("It is{} now", " Rome")]
    public void Spaces_around_the_subject_do_not_move_its_last_token(string template, string subject)
    {
        var (text, last) = new SubjectPrompt(template, subject).FindToken(_tokenizer);

        Assert.EndsWith(text.Text[text.Spans[last].Start..text.Spans[last].End].Trim(), "Rome", StringComparison.Ordinal);
    }

    [Fact]
    public void A_subject_that_no_token_covers_is_refused()
    {
        var failure = Assert.Throws<AmendException>(() => new SubjectPrompt("{} is in", "").FindToken(_tokenizer));

        Assert.Equal("No token of ' is in' covers the subject ''; give the subject as it stands in the prompt.", failure.Message);
    }
}
