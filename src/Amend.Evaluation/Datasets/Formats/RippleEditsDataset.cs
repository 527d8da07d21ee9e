using Amend.Evaluation.Cases;
using Amend.Evaluation.Datasets.Records;
using Amend.Models.Subjects;

namespace Amend.Evaluation.Datasets.Formats;

/// <summary>
/// RippleEdits (Cohen et al. 2023): an edit as a sentence, and tests along six axes. The file names subjects and objects by
/// Wikidata id only, so <see cref="RippleStatement"/> reads them off the sentences.
/// </summary>
internal sealed class RippleEditsDataset : IDataset
{
    private static readonly string[] Axes =
    [
        "Relation_Specificity", "Logical_Generalization", "Subject_Aliasing", "Compositionality_I", "Compositionality_II", "Forgetfulness",
    ];

    /// <inheritdoc/>
    public string Name => "rippleedits";

    /// <inheritdoc/>
    public string Reads => $"RippleEdits: edit, and test_queries, test_condition and condition_queries of {string.Join(", ", Axes)}";

    /// <inheritdoc/>
    public IEnumerable<EditCase> Read(string path, DatasetOptions options) =>
        RecordStream.Read(path, options, (element, number) => Parse(new RecordFields(element, number)));

    private static EditCase Parse(RecordFields record)
    {
        var tests = Axes.Select(axis => (Axis: axis, Tests: record.ObjectsOrNone(axis))).ToList();
        return new EditCase
        {
            Id = $"{record.Number}",
            Requests = [Request(record.Object("edit"), [.. tests.SelectMany(axis => axis.Tests)])],
            Ripples = [.. tests.SelectMany(axis => axis.Tests.Select(test => Test(axis.Axis, test)))],
        };
    }

    private static CaseRequest Request(RecordFields edit, IReadOnlyList<RecordFields> tests)
    {
        var previous = edit.ObjectOrNull("original_fact") ?? edit.ObjectOrNull("previous_fact");
        var (subject, relation) = (edit.Id("subject_id"), edit.Text("relation"));
        var statement = RippleStatement.Split(edit.Text("prompt"), previous?.Text("prompt"))
            ?? throw edit.Wrong("prompt", $"is '{edit.Text("prompt")}', which is not a relation, a verb and an object");
        var others =
            from test in tests
            from query in test.ObjectsOrNone("test_queries").Concat(test.ObjectsOrNone("condition_queries"))
            where query.TextOrNull("query_type") is null or "regular"
            where query.TextOrNull("subject_id") == subject && query.TextOrNull("relation") is { } other && other != relation
            select query.Text("prompt");
        var named = RippleStatement.SharedSubject(statement.Prompt, others);
        var request = named is not null && SubjectPrompt.IsIn(statement.Prompt, named)
            ? CaseRequest.About(named, statement.Prompt)
            : new CaseRequest(statement.Prompt);
        return request with { TargetNew = statement.Target, TargetTrue = statement.Previous, RelationId = relation };
    }

    private static RippleTest Test(string axis, RecordFields test)
    {
        var condition = test.TextOrNull("test_condition") ?? "OR";
        if (condition is not ("OR" or "AND"))
            throw test.Wrong("test_condition", $"is '{condition}' where OR or AND belongs");
        var queries = test.Objects("test_queries");
        if (queries.Count == 0)
            throw test.Wrong("test_queries", "is an empty list where at least one query belongs");
        return new RippleTest(axis, [.. queries.Select(Query)])
        {
            All = condition == "AND",
            Conditions = [.. test.ObjectsOrNone("condition_queries").Select(Query)],
        };
    }

    private static CasePrompt Query(RecordFields query) => new(query.Text("prompt"))
    {
        Answers = [.. query.Objects("answers").Select(Answer)],
        Kind = query.TextOrNull("query_type"),
    };

    private static CaseAnswer Answer(RecordFields answer) => new(answer.Target("value")) { Aliases = answer.TargetsOrNone("aliases") };
}
