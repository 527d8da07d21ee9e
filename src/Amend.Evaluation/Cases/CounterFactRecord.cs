using System.Text.Json.Serialization;

namespace Amend.Evaluation.Cases;

/// <summary>
/// One record of CounterFact (Meng et al. 2022, section 3.3): a counterfactual rewrite and the prompts that measure it. On disk
/// the names are those of <c>counterfact.json</c>, in snake_case.
/// </summary>
public sealed record CounterFactRecord
{
    /// <summary>The record's number in its file.</summary>
    public required int CaseId { get; init; }

    /// <summary>The number of the ParaRel fact that the record was made from, where there is one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? PararelIdx { get; init; }

    /// <summary>The fact to change.</summary>
    public required RequestedRewrite RequestedRewrite { get; init; }

    /// <summary>Other ways to ask the same, whole prompts, usually after a sentence about something else; for generalization.</summary>
    public required IReadOnlyList<string> ParaphrasePrompts { get; init; }

    /// <summary>Whole prompts about other subjects with the same relation and object; for locality.</summary>
    public required IReadOnlyList<string> NeighborhoodPrompts { get; init; }

    /// <summary>Whole prompts about subjects whose object is the new target.</summary>
    public required IReadOnlyList<string> AttributePrompts { get; init; }

    /// <summary>Openings of text about the subject; for fluency and consistency.</summary>
    public required IReadOnlyList<string> GenerationPrompts { get; init; }
}

/// <summary>The fact that a CounterFact record asks to change.</summary>
public sealed record RequestedRewrite
{
    /// <summary>The relation as text with exactly one <c>{}</c> for the subject; the object follows.</summary>
    public required string Prompt { get; init; }

    /// <summary>The relation's name, such as <c>P30</c>.</summary>
    public required string RelationId { get; init; }

    /// <summary>The object that the model should give, o*.</summary>
    public required CounterFactTarget TargetNew { get; init; }

    /// <summary>The object that is true, o.</summary>
    public required CounterFactTarget TargetTrue { get; init; }

    /// <summary>The subject, as it stands in the prompt.</summary>
    public required string Subject { get; init; }
}

/// <summary>An object of a CounterFact record.</summary>
public sealed record CounterFactTarget
{
    /// <summary>The object as it stands in text.</summary>
    public required string Str { get; init; }

    /// <summary>Its Wikidata id, such as <c>Q15</c>, where it has one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }
}
