using Amend.Evaluation.Cases;
using Amend.Evaluation.Datasets.Records;

namespace Amend.Evaluation.Datasets.Formats;

/// <summary>
/// FEVER (Thorne et al. 2018): the original form (<c>claim</c>, <c>label</c>), KILT's (<c>input</c>, <c>output</c>), and De Cao's,
/// which adds a model's prediction, the alternative to teach and rephrasings.
/// </summary>
internal sealed class FeverDataset : IDataset
{
    private static readonly string[] Labels = ["SUPPORTS", "REFUTES", "NOT ENOUGH INFO"];

    /// <inheritdoc/>
    public string Name => "fever";

    /// <inheritdoc/>
    public string Reads =>
        "FEVER: claim and label (paper_dev), or input, output[].answer, prediction, alternatives, filtered_rephrases (KILT, De Cao)";

    /// <inheritdoc/>
    public IEnumerable<EditCase> Read(string path, DatasetOptions options) =>
        RecordStream.Read(path, options, (element, number) => Parse(new RecordFields(element, number)));

    private static EditCase Parse(RecordFields record) => new()
    {
        Id = record.Id("id"),
        Paraphrases = record.TextsOrNone("filtered_rephrases"),
        Classification = record.Has("input")
            ? OfKilt(record)
            : new LabelledText(record.Text("claim"), Checked(record, "label", record.Text("label"))) { Labels = Labels },
    };

    private static LabelledText OfKilt(RecordFields record) => new(
        record.Text("input"),
        Checked(record, "output", KiltOutput.Answers(record)[0]))
    {
        Labels = Labels[..2],
        Prediction = record.TextOrNull("prediction") is { } prediction ? Checked(record, "prediction", prediction) : null,
        LabelNew = record.TextsOrNone("alternatives") is [var label, ..] ? Checked(record, "alternatives", label) : null,
    };

    private static string Checked(RecordFields record, string field, string label) =>
        Labels.Contains(label) ? label : throw record.Wrong(field, $"is '{label}' where one of {string.Join(", ", Labels)} belongs");
}
