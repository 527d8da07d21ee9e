using Amend.Evaluation.Cases;
using Amend.Evaluation.Datasets.Records;

namespace Amend.Evaluation.Datasets.Formats;

/// <summary>Facts that a model knows (Meng et al. 2022, <c>known_1000.json</c>); nothing in them is to change.</summary>
internal sealed class KnownFactsDataset : IDataset
{
    /// <inheritdoc/>
    public string Name => "known";

    /// <inheritdoc/>
    public string Reads => "known_1000: subject, attribute, prompt, relation_id; facts to ask for and to trace, without edits";

    /// <inheritdoc/>
    public IEnumerable<EditCase> Read(string path, DatasetOptions options) =>
        RecordStream.Read(path, options, (element, number) => Parse(new RecordFields(element, number)));

    private static EditCase Parse(RecordFields record) => new()
    {
        Id = record.Id("known_id"),
        Requests = [record.Request("subject", "prompt") with
            { TargetTrue = record.Target("attribute"), RelationId = record.TextOrNull("relation_id") }],
    };
}
