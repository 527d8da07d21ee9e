using Amend.Evaluation.Cases;
using Amend.Evaluation.Datasets.Records;

namespace Amend.Evaluation.Datasets.Formats;

/// <summary>
/// KnowEdit (Zhang et al. 2024) and EasyEdit's general form: ZsRE, WikiData_recent, WikiData_counterfact, and WikiBio with its
/// own names (<c>concept</c>, <c>text</c>, <c>labels</c>). The parts of <c>locality</c> and <c>portability</c> may have any names, and
/// be a list of prompts with their answers, or two lists side by side. WISE's flat files (Wang et al. 2024) have a
/// <c>locality_prompt</c> and perhaps an <c>ood_rephrase</c> instead.
/// </summary>
internal sealed class KnowEditDataset : IDataset
{
    private const string Flat = "locality_prompt";

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
        Paraphrases =
            [.. record.TextsOrNone("rephrase_prompt"), .. record.TextsOrNone("rephrase"), .. record.TextsOrNone("ood_rephrase")],
        Neighborhood = record.Has(Flat) ? [Locality(record)] : [.. Parts(record, "locality")],
        Portability = [.. Parts(record, "portability")],
    };

    private static CaseRequest Request(RecordFields record)
    {
        if (record.Has(Flat) && record.Has("rephrase_prompt"))
            throw record.Wrong(
                Flat,
                "stands beside rephrase_prompt, as in EasyEdit's reduced CounterFact, where that is no paraphrase, and in WikiBigEdit; "
                + "read the one as counterfact-easyedit and the other as wikibigedit");
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

    private static CasePrompt Locality(RecordFields record) =>
        new(record.Text(Flat)) { Answers = [new CaseAnswer(record.Target("locality_ground_truth"))] };

    private static IEnumerable<CasePrompt> Parts(RecordFields record, string name)
    {
        if (record.ObjectOrNull(name) is not { } parts)
            return [];
        return
            from part in parts.Names()
            from item in parts.ObjectsOrNone(part)
            from prompt in PromptsOf(item)
            select prompt with { Kind = part };
    }

    /// <summary>One prompt with all answers, or as many prompts as answers, each with its own.</summary>
    private static IEnumerable<CasePrompt> PromptsOf(RecordFields item)
    {
        var (prompts, answers) = (item.SomeTexts("prompt"), item.Answers("ground_truth"));
        if (prompts.Count == 1)
            return [new CasePrompt(prompts[0]) { Answers = answers }];
        return prompts.Count == answers.Count
            ? prompts.Zip(answers, (prompt, answer) => new CasePrompt(prompt) { Answers = [answer] })
            : throw item.Wrong("ground_truth", $"has {answers.Count} answers where one for each of {prompts.Count} prompts belongs");
    }
}
