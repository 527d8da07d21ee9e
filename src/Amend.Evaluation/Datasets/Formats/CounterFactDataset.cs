using Amend.Evaluation.Cases;
using Amend.Evaluation.Datasets.Records;

namespace Amend.Evaluation.Datasets.Formats;

/// <summary>CounterFact (Meng et al. 2022) and its subset multi_counterfact, which have the same fields.</summary>
internal sealed class CounterFactDataset(string name, string what) : IDataset
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public string Reads => $"{what}: requested_rewrite, paraphrase_, neighborhood_, attribute_ and generation_prompts";

    /// <inheritdoc/>
    public IEnumerable<EditCase> Read(string path, DatasetOptions options) =>
        RecordStream.Read(path, options, (element, number) => Parse(new RecordFields(element, number)));

    private static EditCase Parse(RecordFields record)
    {
        var request = CounterFactRewrite.Parse(record.Object("requested_rewrite"));
        return new EditCase
        {
            Id = record.Id("case_id"),
            Requests = [request],
            Paraphrases = record.Texts("paraphrase_prompts"),
            Neighborhood = [.. record.Texts("neighborhood_prompts")
                .Select(text => new CasePrompt(text) { Answers = [new CaseAnswer(request.TargetTrue!)] })],
            AttributePrompts = record.TextsOrNone("attribute_prompts"),
            GenerationPrompts = record.TextsOrNone("generation_prompts"),
        };
    }
}
