using Amend.Editing.Subjects;
using Amend.Models.Tokenizers;
using Amend.Tensors;

namespace Amend.Editing.Tests.Subjects;

public sealed class SubjectLocatorTests : IDisposable
{
    private readonly TinyModelFolder _folder = new();
    private readonly ByteLevelBpeTokenizer _tokenizer;

    public SubjectLocatorTests() => _tokenizer = ByteLevelBpeTokenizer.Load(_folder.Path);

    public void Dispose() => _folder.Dispose();

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

        var (text, first) = SubjectLocator.Find(_tokenizer, template, subject, LookupToken.SubjectFirst);
        var last = SubjectLocator.Find(_tokenizer, template, subject).Token;
        var after = SubjectLocator.Find(_tokenizer, template, subject, LookupToken.SubjectFirstAfterLast).Token;
        var final = SubjectLocator.Find(_tokenizer, template, subject, LookupToken.Last).Token;

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
        var (text, token) = SubjectLocator.Find(_tokenizer, "So they came to {}", "Rome", LookupToken.SubjectFirstAfterLast);

        Assert.Equal(text.Ids.Count - 1, token);
    }

    [Theory]
    [InlineData("{}is in", "Rome ")]
    [InlineData("It is{} now", " Rome")]
    public void Spaces_around_the_subject_do_not_move_its_last_token(string template, string subject)
    {
        var (text, last) = SubjectLocator.Find(_tokenizer, template, subject);

        Assert.EndsWith(text.Text[text.Spans[last].Start..text.Spans[last].End].Trim(), "Rome", StringComparison.Ordinal);
    }

    [Fact]
    public void A_subject_that_no_token_covers_is_refused()
    {
        var failure = Assert.Throws<AmendException>(() => SubjectLocator.Find(_tokenizer, "{} is in", ""));

        Assert.Equal("No token of ' is in' covers the subject ''; give the subject as it stands in the prompt.", failure.Message);
    }
}
