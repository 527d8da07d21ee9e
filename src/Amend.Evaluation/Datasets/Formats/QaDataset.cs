using Amend.Evaluation.Cases;
using Amend.Evaluation.Datasets.Records;

namespace Amend.Evaluation.Datasets.Formats;

/// <summary>
/// Open questions with their accepted answers, as Natural Questions, TriviaQA and WebQuestions are passed around for closed-book answering
/// (Lee et al. 2019): facts to ask for, of which nothing is to change.
/// </summary>
internal sealed class QaDataset : IDataset
{
    /// <inheritdoc/>
    public string Name => "qa";

    /// <inheritdoc/>
    public string Reads =>
        "open questions (Natural Questions, TriviaQA, WebQuestions): question, and answers, the first of which is asked for";

    /// <inheritdoc/>
    public IEnumerable<EditCase> Read(string path, DatasetOptions options) =>
        RecordStream.Read(path, options, (element, number) => Parse(new RecordFields(element, number)));

    private static EditCase Parse(RecordFields record)
    {
        var answers = record.SomeTargets("answers");
        return new EditCase
        {
            Id = record.Has("id") ? record.Id("id") : $"{record.Number}",
            Requests = [new CaseRequest(record.Text("question")) { TargetTrue = answers[0], TargetTrueAliases = [.. answers.Skip(1)] }],
        };
    }
}
