using System.Text.Json.Serialization;

namespace Amend.Evaluation.Cases;

/// <summary>Texts about the subjects of one relation that have one object, as in CounterFact's <c>attribute_snippets.json</c>.</summary>
public sealed record AttributeSnippetGroup
{
    /// <summary>The relation's name, such as <c>P30</c>.</summary>
    public required string RelationId { get; init; }

    /// <summary>The object's id, such as <c>Q15</c>; its text where the records have no ids.</summary>
    public required string TargetId { get; init; }

    /// <summary>The texts.</summary>
    public required IReadOnlyList<AttributeSnippet> Samples { get; init; }
}

/// <summary>A text about a subject that has an object.</summary>
public sealed record AttributeSnippet
{
    /// <summary>The object as it stands in text, where the file has it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Target { get; init; }

    /// <summary>The subject, where the file has it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; init; }

    /// <summary>The text.</summary>
    public required string Text { get; init; }
}
