using Amend.Evaluation.Cases;
using Amend.Evaluation.Datasets.Records;

namespace Amend.Evaluation.Datasets.Formats;

/// <summary>
/// WikiBigEdit (Thede et al. 2025, arXiv 2503.05683) in its own form (<c>update</c>, <c>ans</c>), and with EasyEdit's flat names
/// (<c>prompt</c>, <c>target_new</c>). As in its authors' code, <c>personas</c> and <c>mhop</c> are portability; what a record leaves
/// null of them is left out.
/// </summary>
internal sealed class WikiBigEditDataset : IDataset
{
    private static readonly Names Own = new("update", "ans", "rephrase", "loc", "loc_ans");
    private static readonly Names Flat = new("prompt", "target_new", "rephrase_prompt", "locality_prompt", "locality_ground_truth");

    /// <inheritdoc/>
    public string Name => "wikibigedit";

    /// <inheritdoc/>
    public string Reads =>
        "WikiBigEdit: subject, update, ans, rephrase, loc, loc_ans, personas, mhop, mhop_ans; "
        + "or subject, prompt, target_new, rephrase_prompt, locality_prompt, locality_ground_truth";

    /// <inheritdoc/>
    public IEnumerable<EditCase> Read(string path, DatasetOptions options) =>
        RecordStream.Read(path, options, (element, number) => Parse(new RecordFields(element, number)));

    private static EditCase Parse(RecordFields record)
    {
        var names = record.Has(Flat.Prompt) ? Flat : Own;
        return new EditCase
        {
            Id = $"{record.Number}",
            Requests = [record.Request("subject", names.Prompt) with { TargetNew = record.Target(names.Answer) }],
            Paraphrases = record.TextsOrNone(names.Rephrase),
            Neighborhood = Asked(record, names.Locality, names.LocalityAnswer),
            Portability =
            [
                .. Asked(record, "personas", names.Answer).Select(prompt => prompt with { Kind = "personas" }),
                .. Asked(record, "mhop", "mhop_ans").Select(prompt => prompt with { Kind = "mhop" }),
            ],
        };
    }

    private static CasePrompt[] Asked(RecordFields record, string prompt, string answer) => record.TextOrNull(prompt) is { } text
        ? [new CasePrompt(text) { Answers = [new CaseAnswer(record.Target(answer))] }]
        : [];

    /// <summary>What a form calls its fields.</summary>
    private sealed record Names(string Prompt, string Answer, string Rephrase, string Locality, string LocalityAnswer);
}
