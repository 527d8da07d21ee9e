using Amend.Evaluation.Cases;
using Amend.Evaluation.Datasets.Records;

namespace Amend.Evaluation.Datasets.Formats;

/// <summary>Texts and their labels, whatever they are: <c>text</c> and <c>label</c>, as JSON or CSV.</summary>
internal sealed class LabelledDataset : IDataset
{
    /// <inheritdoc/>
    public string Name => "labelled";

    /// <inheritdoc/>
    public string Reads => "texts and their labels: text and label, a JSON object a line or a .csv file with a header";

    /// <inheritdoc/>
    public IEnumerable<EditCase> Read(string path, DatasetOptions options) =>
        RecordStream.Read(path, options, (element, number) => Parse(new RecordFields(element, number)));

    private static EditCase Parse(RecordFields record) => new()
    {
        Id = record.Has("id") ? record.Id("id") : $"{record.Number}",
        Classification = new LabelledText(record.Text("text"), record.Id("label")),
    };
}
