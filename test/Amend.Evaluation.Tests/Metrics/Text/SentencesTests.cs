using Amend.Evaluation.Metrics.Text;

namespace Amend.Evaluation.Tests.Metrics.Text;

public sealed class SentencesTests
{
    [Theory]
    [InlineData("One. Two! Three?", new[] { "One.", "Two!", "Three?" })]
    [InlineData("He said \"no.\" Then he left", new[] { "He said \"no.\"", "Then he left" })]
    [InlineData("At 5 p.m. tomorrow. In 1.5 hours", new[] { "At 5 p.m. tomorrow.", "In 1.5 hours" })]
    [InlineData("Dr. Who and J. Doe of St. Paul. End", new[] { "Dr. Who and J. Doe of St. Paul.", "End" })]
    [InlineData("  ", new string[0])]
    public void A_sentence_ends_where_another_begins(string text, string[] expected) => Assert.Equal(expected, Sentences.Of(text));
}
