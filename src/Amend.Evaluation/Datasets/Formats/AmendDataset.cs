using Amend.Evaluation.Cases;
using Amend.Evaluation.Datasets.Records;
using Amend.Tensors;

namespace Amend.Evaluation.Datasets.Formats;

/// <summary>
/// Amend's own form, the parts of <see cref="EditCase"/> one case a line (docs/formats/cases.md); unknown fields are refused.
/// </summary>
internal sealed class AmendDataset : IDataset
{
    /// <inheritdoc/>
    public string Name => "amend";

    /// <inheritdoc/>
    public string Reads => "Amend's own jsonl: every part of a case, see docs/formats/cases.md";

    /// <inheritdoc/>
    public IEnumerable<EditCase> Read(string path, DatasetOptions options) =>
        RecordStream.Read(path, options, (element, number) => Parse(new RecordFields(element, number)));

    private static EditCase Parse(RecordFields record)
    {
        record.RefuseOthersThan(
            "id", "requests", "paraphrases", "neighborhood", "attribute_prompts", "generation_prompts",
                "portability", "multi_hop", "ripples", "classification");
        return new EditCase
        {
            Id = record.Text("id"),
            Requests = [.. record.ObjectsOrNone("requests").Select(Request)],
            Paraphrases = record.TextsOrNone("paraphrases"),
            Neighborhood = AmendPrompts.Parse(record, "neighborhood"),
            AttributePrompts = record.TextsOrNone("attribute_prompts"),
            GenerationPrompts = record.TextsOrNone("generation_prompts"),
            Portability = AmendPrompts.Parse(record, "portability"),
            MultiHop = record.ObjectOrNull("multi_hop") is { } test ? MultiHop(test) : null,
            Ripples = [.. record.ObjectsOrNone("ripples").Select(Ripple)],
            Classification = record.ObjectOrNull("classification") is { } text ? Classification(text) : null,
        };
    }

    private static CaseRequest Request(RecordFields fields)
    {
        fields.RefuseOthersThan("prompt", "subject", "target_new", "target_new_id", "target_true",
            "target_true_aliases", "relation_id", "question");
        var request = (fields.Has("subject") ? fields.Request("subject", "prompt") : new CaseRequest(fields.Text("prompt"))) with
        {
            TargetNew = fields.TargetOrNull("target_new"),
            TargetNewId = fields.TextOrNull("target_new_id"),
            TargetTrue = fields.TargetOrNull("target_true"),
            TargetTrueAliases = fields.TargetsOrNone("target_true_aliases"),
            RelationId = fields.TextOrNull("relation_id"),
            Question = fields.TextOrNull("question"),
        };
        Check(fields, request);
        return request;
    }

    private static void Check(RecordFields fields, CaseRequest request)
    {
        if (request.Subject is null || request.TargetNew is null)
            return;
        try
        {
            request.ToEditRequest();
        }
        catch (AmendException e)
        {
            throw fields.Wrong("prompt", $"cannot be edited: {e.Message}");
        }
    }

    private static MultiHopTest MultiHop(RecordFields test)
    {
        test.RefuseOthersThan("questions", "answer", "new_answer", "hops", "new_hops");
        return new MultiHopTest
        {
            Questions = test.SomeTexts("questions"),
            Answer = AmendPrompts.Answer(test, "answer"),
            NewAnswer = AmendPrompts.Answer(test, "new_answer"),
            Hops = [.. test.ObjectsOrNone("hops").Select(Hop)],
            NewHops = [.. test.ObjectsOrNone("new_hops").Select(Hop)],
        };
    }

    private static HopQuestion Hop(RecordFields hop)
    {
        hop.RefuseOthersThan("question", "answer", "cloze");
        return new HopQuestion(hop.Text("question"), AmendPrompts.Answer(hop, "answer")) { Cloze = hop.TextOrNull("cloze") };
    }

    private static RippleTest Ripple(RecordFields test)
    {
        test.RefuseOthersThan("axis", "queries", "all", "conditions");
        var queries = AmendPrompts.Parse(test, "queries");
        if (queries.Count == 0)
            throw test.Wrong("queries", "holds nothing where at least one prompt belongs");
        return new RippleTest(test.Text("axis"), queries)
        {
            All = test.FlagOr("all", false),
            Conditions = AmendPrompts.Parse(test, "conditions"),
        };
    }

    private static LabelledText Classification(RecordFields text)
    {
        text.RefuseOthersThan("text", "label", "labels", "prediction", "label_new");
        return new LabelledText(text.Text("text"), text.Text("label"))
        {
            Labels = text.TextsOrNone("labels"),
            Prediction = text.TextOrNull("prediction"),
            LabelNew = text.TextOrNull("label_new"),
        };
    }
}
