using Amend.Evaluation.Cases;
using Amend.Evaluation.Datasets.Records;

namespace Amend.Evaluation.Datasets.Formats;

/// <summary>MQuAKE (Zhong et al. 2023): one or more edits and questions over the chain of facts that they change.</summary>
internal sealed class MquakeDataset : IDataset
{
    /// <inheritdoc/>
    public string Name => "mquake";

    /// <inheritdoc/>
    public string Reads => "MQuAKE: requested_rewrite[], questions, answer, new_answer and their aliases, single_hops, new_single_hops";

    /// <inheritdoc/>
    public IEnumerable<EditCase> Read(string path, DatasetOptions options) =>
        RecordStream.Read(path, options, (element, number) => Parse(new RecordFields(element, number)));

    private static EditCase Parse(RecordFields record)
    {
        var rewrites = record.Objects("requested_rewrite");
        if (rewrites.Count == 0)
            throw record.Wrong("requested_rewrite", "is an empty list where at least one rewrite belongs");
        return new EditCase
        {
            Id = record.Id("case_id"),
            Requests = [.. rewrites.Select(CounterFactRewrite.Parse)],
            MultiHop = new MultiHopTest
            {
                Questions = record.SomeTexts("questions"),
                Answer = Answer(record, "answer", "answer_alias"),
                NewAnswer = Answer(record, "new_answer", "new_answer_alias"),
                Hops = [.. record.ObjectsOrNone("single_hops").Select(Hop)],
                NewHops = [.. record.ObjectsOrNone("new_single_hops").Select(Hop)],
            },
        };
    }

    private static HopQuestion Hop(RecordFields hop) =>
        new(hop.Text("question"), Answer(hop, "answer", "answer_alias")) { Cloze = hop.TextOrNull("cloze") };

    private static CaseAnswer Answer(RecordFields fields, string answer, string aliases) =>
        new(fields.Target(answer)) { Aliases = fields.TargetsOrNone(aliases) };
}
