using Amend.Evaluation.Cases;
using Amend.Evaluation.Datasets.Records;

namespace Amend.Evaluation.Datasets.Formats;

/// <summary>
/// zsRE in MEND's form (Mitchell et al. 2022). The unrelated question <c>loc</c> gets the question mark that ROME's code puts
/// after it, and its answer is split into tokens as there. <c>portability</c> follows from <c>alt</c>, so only <see
/// cref="ZsreTarget.Alternative"/> reads it. <c>pred</c>
/// is what some model said, and is passed over.
/// </summary>
internal sealed class ZsreDataset(string name, ZsreTarget target) : IDataset
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public string Reads => target == ZsreTarget.Answer
        ? "zsRE in MEND's form, taught the right answer as in ROME's table: src, subject, answers, rephrase, loc, loc_ans"
        : "zsRE in MEND's form, taught the alternative as in MEND and EasyEdit: "
            + "src, subject, alt, answers, rephrase, loc, loc_ans, portability";

    /// <inheritdoc/>
    public IEnumerable<EditCase> Read(string path, DatasetOptions options) =>
        RecordStream.Read(path, options, (element, number) => Parse(new RecordFields(element, number)));

    private EditCase Parse(RecordFields record) => new()
    {
        Id = record.Has("case_id") ? record.Id("case_id") : $"{record.Number}",
        Requests = [Targeted(record, record.Request("subject", "src"))],
        Paraphrases = record.SomeTexts("rephrase"),
        Neighborhood =
        [
            new CasePrompt(AsQuestion(record.Text("loc"))) { Answers = [new CaseAnswer(record.Target("loc_ans"))], IsSplit = true },
        ],
        Portability = target == ZsreTarget.Alternative && record.ObjectOrNull("portability") is { } question ? [Portable(question)] : [],
    };

    private CaseRequest Targeted(RecordFields record, CaseRequest request)
    {
        var answers = record.SomeTargets("answers");
        return target == ZsreTarget.Answer
            ? request with { TargetNew = answers[0] }
            : request with { TargetNew = record.Target("alt"), TargetTrue = answers[0], TargetTrueAliases = [.. answers.Skip(1)] };
    }

    private static CasePrompt Portable(RecordFields question) =>
        new(question.Text("New Question")) { Answers = question.Answers("New Answer"), Kind = question.TextOrNull("Recalled Relation") };

    private static string AsQuestion(string text) => text.EndsWith('?') ? text : text + "?";
}

/// <summary>What an edit of zsRE teaches.</summary>
internal enum ZsreTarget
{
    /// <summary>The right answer, <c>answers[0]</c>, as in ROME's and MEMIT's tables.</summary>
    Answer,

    /// <summary>The alternative, <c>alt</c>, as in MEND and EasyEdit.</summary>
    Alternative,
}
