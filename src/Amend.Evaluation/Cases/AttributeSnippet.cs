using System.Text.Json.Serialization;

namespace Amend.Evaluation.Cases;

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
