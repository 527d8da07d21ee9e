using Amend.Evaluation.Cases;
using Amend.Evaluation.Datasets.Records;

namespace Amend.Evaluation.Datasets.Formats;

/// <summary>
/// CounterFact as EasyEdit reduced it. Its <c>rephrase_prompt</c> is, in about 83 % of the records, one of CounterFact's
/// generation prompts, to which o* is no answer; it is read as a generation prompt, and the cases have no paraphrases.
/// </summary>
internal sealed class CounterFactEasyEditDataset : IDataset
{
    /// <inheritdoc/>
    public string Name => "counterfact-easyedit";

    /// <inheritdoc/>
    public string Reads =>
        "EasyEdit's reduced CounterFact: prompt, subject, target_new, ground_truth, locality_prompt; "
        + "rephrase_prompt as a generation prompt";

    /// <inheritdoc/>
    public IEnumerable<EditCase> Read(string path, DatasetOptions options) =>
        RecordStream.Read(path, options, (element, number) => Parse(new RecordFields(element, number)));

    private static EditCase Parse(RecordFields record) => new()
    {
        Id = record.Id("case_id"),
        Requests = [record.Request("subject", "prompt") with
            { TargetNew = record.Target("target_new"), TargetTrue = record.Target("ground_truth") }],
        GenerationPrompts = [record.Text("rephrase_prompt")],
        Neighborhood = [new CasePrompt(record.Text("locality_prompt"))
            { Answers = [new CaseAnswer(record.Target("locality_ground_truth"))] }],
    };
}
