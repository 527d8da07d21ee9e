using System.Globalization;
using Amend.Evaluation.Cases;
using Amend.Evaluation.Datasets.Records;

namespace Amend.Evaluation.Datasets.Formats;

/// <summary>
/// SCOTUS of LexGLUE (Chalkidis et al. 2022): opinions of the US Supreme Court with their issue area. A number is the class from
/// 0 to 12, as Hugging Face exports it; a text is the area itself, "1" to "13". Both become the area.
/// </summary>
internal sealed class ScotusDataset : IDataset
{
    private const int AreaCount = 13;
    private static readonly string[] Areas =
        [.. Enumerable.Range(1, AreaCount).Select(area => area.ToString(CultureInfo.InvariantCulture))];

    /// <inheritdoc/>
    public string Name => "scotus";

    /// <inheritdoc/>
    public string Reads => "SCOTUS as LexGLUE jsonl: text, and label as class 0 to 12 or as issue area \"1\" to \"13\"";

    /// <inheritdoc/>
    public IEnumerable<EditCase> Read(string path, DatasetOptions options) =>
        RecordStream.Read(path, options, (element, number) => Parse(new RecordFields(element, number)));

    private static EditCase Parse(RecordFields record) => new()
    {
        Id = record.Has("id") ? record.Id("id") : $"{record.Number}",
        Classification = new LabelledText(record.Text("text"), Area(record)) { Labels = Areas },
    };

    private static string Area(RecordFields record)
    {
        var label = record.Id("label");
        if (!record.IsNumber("label"))
            return Areas.Contains(label)
                ? label
                : throw record.Wrong("label", $"is '{label}' where an issue area from \"1\" to \"{AreaCount}\" belongs");
        return int.TryParse(label, CultureInfo.InvariantCulture, out var index) && index is >= 0 and < AreaCount
            ? Areas[index]
            : throw record.Wrong("label", $"is {label} where a class from 0 to {AreaCount - 1} belongs");
    }
}
