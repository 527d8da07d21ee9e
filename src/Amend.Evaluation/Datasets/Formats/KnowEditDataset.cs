using Amend.Evaluation.Cases;
using Amend.Evaluation.Datasets.Records;

namespace Amend.Evaluation.Datasets.Formats;

/// <summary>
/// KnowEdit (Zhang et al. 2024) and EasyEdit's general form: ZsRE, WikiData_recent, WikiData_counterfact, and WikiBio with its
/// own names (<c>concept</c>, <c>text</c>, <c>labels</c>). The parts of <c>locality</c> and <c>portability</c> may have any names.
/// </summary>
internal sealed class KnowEditDataset : IDataset
{
    private const string ReducedCounterFact = "locality_prompt";

    /// <inheritdoc/>
    public string Name => "knowedit";

    /// <inheritdoc/>
    public string Reads =>
        "KnowEdit and EasyEdit JSON: subject, prompt, target_new, ground_truth, rephrase_prompt, locality, portability; "
        + "WikiBio's concept, text, labels";

    /// <inheritdoc/>
    public IEnumerable<EditCase> Read(string path, DatasetOptions options) =>
        RecordStream.Read(path, options, (element, number) => Parse(new RecordFields(element, number)));

    private static EditCase Parse(RecordFields record) => new()
    {
        Id = record.Has("case_id") ? record.Id("case_id") : $"{record.Number}",
        Requests = [Request(record)],
        Paraphrases = [.. record.TextsOrNone("rephrase_prompt"), .. record.TextsOrNone("rephrase")],
        Neighborhood = [.. Parts(record, "locality")],
        Portability = [.. Parts(record, "portability")],
    };

    private static CaseRequest Request(RecordFields record)
    {
        if (record.Has(ReducedCounterFact))
            throw record.Wrong(
                ReducedCounterFact,
                "is of EasyEdit's reduced CounterFact, whose rephrase_prompt is no paraphrase; read the file as counterfact-easyedit");
        var isBiography = !record.Has("subject") && record.Has("concept");
        var request = isBiography ? record.Request("concept", "text") : record.Request("subject", "prompt");
        var truth = record.TargetsOrNone("ground_truth");
        return request with
        {
            TargetNew = record.SomeTargets(isBiography ? "labels" : "target_new")[0],
            TargetTrue = truth.Count > 0 ? truth[0] : null,
            TargetTrueAliases = [.. truth.Skip(1)],
        };
    }

    private static IEnumerable<CasePrompt> Parts(RecordFields record, string name)
    {
        if (record.ObjectOrNull(name) is not { } parts)
            return [];
        return
            from part in parts.Names()
            from item in parts.ObjectsOrNone(part)
            from prompt in item.SomeTexts("prompt").Take(1)
            select new CasePrompt(prompt) { Answers = item.Answers("ground_truth"), Kind = part };
    }
}
