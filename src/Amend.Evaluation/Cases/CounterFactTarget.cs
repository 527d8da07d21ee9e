using System.Text.Json.Serialization;

namespace Amend.Evaluation.Cases;

/// <summary>An object of a CounterFact record.</summary>
public sealed record CounterFactTarget
{
    /// <summary>The object as it stands in text.</summary>
    public required string Str { get; init; }

    /// <summary>Its Wikidata id, such as <c>Q15</c>, where it has one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }
}
