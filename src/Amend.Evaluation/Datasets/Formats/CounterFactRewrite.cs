using Amend.Evaluation.Cases;
using Amend.Evaluation.Datasets.Records;

namespace Amend.Evaluation.Datasets.Formats;

/// <summary>A rewrite in CounterFact's form, which MQuAKE uses too.</summary>
internal static class CounterFactRewrite
{
    private const string Place = "{}";

    /// <summary>The request that the rewrite asks for.</summary>
    /// <exception cref="Amend.Tensors.AmendException">A field is missing, or the prompt has not one place for the subject.</exception>
    public static CaseRequest Parse(RecordFields rewrite)
    {
        var prompt = rewrite.Text("prompt");
        var places = prompt.Split(Place).Length - 1;
        if (places != 1)
            throw rewrite.Wrong("prompt", $"is '{prompt}' with {places} places {{}} where one for the subject belongs");
        var added = rewrite.Object("target_new");
        return new CaseRequest(prompt)
        {
            Subject = rewrite.Text("subject"),
            TargetNew = added.Target("str"),
            TargetNewId = added.TextOrNull("id"),
            TargetTrue = rewrite.Object("target_true").Target("str"),
            RelationId = rewrite.TextOrNull("relation_id"),
            Question = rewrite.TextOrNull("question"),
        };
    }
}
