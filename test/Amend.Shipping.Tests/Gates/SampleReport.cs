using Amend.Editing;
using Amend.Shipping.Gates;

namespace Amend.Shipping.Tests.Gates;

/// <summary>A check of two edits in which half of everything holds.</summary>
internal static class SampleReport
{
    public static CheckReport Make() => new("atlas", ["aa", "bb", "cc"], ["cc"],
    [
        Question("aa", AskedKind.Prompt, "The tower is in", holds: true),
        Question("bb", AskedKind.Prompt, "The needle is in", holds: false),
        Question("aa", AskedKind.Paraphrase, "Where is the tower? In", holds: true),
        Question("aa", AskedKind.Paraphrase, "The tower stands | <b>in</b>", holds: false),
        Question("aa", AskedKind.Neighbor, "The louvre is in", holds: true),
        Question("aa", AskedKind.Neighbor, "The dome is in", holds: false),
    ])
    {
        Perplexity = new CheckedPerplexity(20, 22),
        Probe = new CheckedProbe(10, 8, 4),
    };

    /// <summary>The report without what needs text.</summary>
    public static CheckReport OfClassifier() => new("labels", ["aa"], [],
    [
        Question("aa", AskedKind.Prompt, "A claim", holds: true) with { Holds = new Dictionary<CheckForm, bool> { [CheckForm.Plain] = true } },
    ]);

    private static CheckedQuestion Question(string edit, AskedKind kind, string prompt, bool holds) => new(edit, kind, prompt, "Rome")
    {
        ProbabilityBefore = 0.1,
        ProbabilityAfter = holds ? 0.9 : 0.2,
        AnswerBefore = "Paris",
        AnswerAfter = holds ? "Rome" : "Par\u0001is",
        ChatBefore = "It is in Paris.",
        ChatAfter = holds ? "It is in Rome." : "It is in Paris.",
        Holds = Enum.GetValues<CheckForm>().ToDictionary(form => form, _ => holds),
    };
}
