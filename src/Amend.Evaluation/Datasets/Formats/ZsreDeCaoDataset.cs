using Amend.Evaluation.Cases;
using Amend.Evaluation.Datasets.Records;
using Amend.Models.Subjects;

namespace Amend.Evaluation.Datasets.Formats;

/// <summary>
/// zsRE in De Cao's form (KnowledgeEditor, De Cao et al. 2021), KILT's records with a model's predictions, one a line. The first
/// alternative is taught; a record without one has a request without new target. The subject is the first of
/// <c>meta.sub_surface</c> that stands in the question; without it the request names none. KILT's id is that of the fact, which
/// has several questions, so the number of the record follows it.
/// </summary>
internal sealed class ZsreDeCaoDataset : IDataset
{
    /// <inheritdoc/>
    public string Name => "zsre-decao";

    /// <inheritdoc/>
    public string Reads =>
        "zsRE in De Cao's jsonl form: input, prediction, alternatives, filtered_rephrases, output[].answer, meta.sub_surface";

    /// <inheritdoc/>
    public IEnumerable<EditCase> Read(string path, DatasetOptions options) =>
        RecordStream.Read(path, options, (element, number) => Parse(new RecordFields(element, number)));

    private static EditCase Parse(RecordFields record)
    {
        var answers = KiltOutput.Answers(record);
        return new EditCase
        {
            Id = record.Has("id") ? $"{record.Id("id")}#{record.Number}" : $"{record.Number}",
            Requests =
            [
                Request(record) with
                {
                    TargetNew = record.Targets("alternatives") is [var taught, ..] ? taught : null,
                    TargetTrue = answers[0],
                    TargetTrueAliases = [.. answers.Skip(1)],
                },
            ],
            Paraphrases = record.Texts("filtered_rephrases"),
        };
    }

    private static CaseRequest Request(RecordFields record)
    {
        var question = record.Text("input");
        record.Text("prediction");
        var subject = record.ObjectOrNull("meta")?.TextsOrNone("sub_surface").FirstOrDefault(name => SubjectPrompt.IsIn(question, name));
        return subject is null ? new CaseRequest(question) : CaseRequest.About(subject, question);
    }
}
