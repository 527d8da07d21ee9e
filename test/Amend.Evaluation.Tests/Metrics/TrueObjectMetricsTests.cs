using Amend.Evaluation.Metrics;
using Amend.Models.Generation;
using Amend.Models.Scoring;

namespace Amend.Evaluation.Tests.Metrics;

public sealed class TrueObjectMetricsTests
{
    private static readonly MetricPrompt Prompt = new(PromptKind.Rewrite, "The Louvre is in", "Rome", "New Paris");

    [Theory]
    [InlineData(5, 6, 100, 100)]
    [InlineData(5, 1, 100, 0)]
    [InlineData(1, 6, 0, 0)]
    public void The_first_token_of_the_true_object_can_be_the_likeliest_where_the_whole_is_not(int first, int second, double one, double all)
    {
        var measured = Measurements.Case(Said([first, second]));

        Assert.Equal((one, all), (Value("true.first", measured), Value("true.exact", measured)));
    }

    [Fact]
    public void Plain_text_and_chat_are_looked_through_each_for_itself()
    {
        var plain = Measurements.Case(Said([1, 1], generated: "the city of New Paris.", inChat: "It is in Rome."));
        var chat = Measurements.Case(Said([1, 1], generated: "New Parisian streets", inChat: "It is in New Paris."));

        Assert.Equal((100, 0), (Value("true.contains", plain), Value("true.chat", plain)));
        Assert.Equal((0, 100), (Value("true.contains", chat), Value("true.chat", chat)));
        Assert.Equal((100, 0), (Value("chat.contains", plain), Value("chat.contains", chat)));
    }

    [Fact]
    public void Paraphrases_and_facts_without_a_true_object_do_not_count()
    {
        var paraphrase = Said([5, 6]) with { Prompt = Prompt with { Kind = PromptKind.Paraphrase } };
        var alone = Said([5, 6]) with { Prompt = Prompt with { Rival = null }, Rival = null };

        Assert.Null(Value("true.first", Measurements.Case(paraphrase)));
        Assert.Null(Value("true.exact", Measurements.Case(alone)));
        Assert.Null(Value("true.contains", Measurements.Case(alone)));
    }

    private static double? Value(string id, CaseMeasurement measured) => BuiltInMetrics.Find(id).ValueOf(measured);

    /// <summary>What is said where the true object has the tokens 5 and 6.</summary>
    private static PromptAnswer Said(int[] likeliest, string? generated = null, string? inChat = null) => new(
        Prompt,
        new TargetAnswer(new TargetScore(-1, 1, false), [1], [1]),
        new TargetAnswer(new TargetScore(-1, 2, likeliest is [5, 6]), [5, 6], likeliest),
        Generated(generated))
    {
        InChat = Generated(inChat),
    };

    private static GeneratedAnswer? Generated(string? text) => text is null ? null : new GeneratedAnswer(text, text, []);
}
