using Amend.Evaluation.Cases;
using Amend.Evaluation.Datasets.Records;

namespace Amend.Evaluation.Datasets.Formats;

/// <summary>
/// WikiBigEdit (Thede et al. 2025) in the fields of EasyEdit and LocFT: questions whose <c>rephrase_prompt</c> is a real paraphrase,
/// and one question of another subject. It does not name the object that held before.
/// </summary>
internal sealed class WikiBigEditDataset : IDataset
{
    /// <inheritdoc/>
    public string Name => "wikibigedit";

    /// <inheritdoc/>
    public string Reads =>
        "WikiBigEdit: prompt, subject, target_new, rephrase_prompt as a paraphrase, locality_prompt, locality_ground_truth";

    /// <inheritdoc/>
    public IEnumerable<EditCase> Read(string path, DatasetOptions options) =>
        RecordStream.Read(path, options, (element, number) => Parse(new RecordFields(element, number)));

    private static EditCase Parse(RecordFields record) => new()
    {
        Id = record.Has("case_id") ? record.Id("case_id") : $"{record.Number}",
        Requests = [record.Request("subject", "prompt") with { TargetNew = record.Target("target_new") }],
        Paraphrases = record.SomeTexts("rephrase_prompt"),
        Neighborhood = [new CasePrompt(record.Text("locality_prompt"))
            { Answers = [new CaseAnswer(record.Target("locality_ground_truth"))] }],
    };
}
