using Amend.Evaluation.Cases;
using Amend.Evaluation.Datasets.Records;

namespace Amend.Evaluation.Datasets.Formats;

/// <summary>Prompts and answers in Amend's form: an answer is a text, or a list of texts that are an answer and its aliases.</summary>
internal static class AmendPrompts
{
    /// <summary>The prompts of a field, none where it is missing.</summary>
    public static IReadOnlyList<CasePrompt> Parse(RecordFields record, string name) => [.. record.ObjectsOrNone(name).Select(Prompt)];

    /// <summary>One answer.</summary>
    public static CaseAnswer Answer(RecordFields record, string name)
    {
        var names = record.SomeTargets(name);
        return new CaseAnswer(names[0]) { Aliases = [.. names.Skip(1)] };
    }

    private static CasePrompt Prompt(RecordFields prompt)
    {
        prompt.RefuseOthersThan("text", "answers", "kind", "split");
        return new CasePrompt(prompt.Text("text"))
        {
            Answers = prompt.Has("answers") ? prompt.Answers("answers") : [],
            Kind = prompt.TextOrNull("kind"),
            IsSplit = prompt.FlagOr("split", missing: false),
        };
    }
}
