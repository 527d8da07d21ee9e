using System.Text.Json.Serialization;
using Amend.Evaluation.Datasets.Records;

namespace Amend.Evaluation.Cases;

/// <summary>An answer and its other names. In JSON a plain string, or an object where there are aliases.</summary>
/// <param name="Text">The answer as it stands in text.</param>
[JsonConverter(typeof(CaseAnswerConverter))]
public sealed record CaseAnswer(string Text)
{
    /// <summary>Other names that count as well.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>The answer and its aliases.</summary>
    [JsonIgnore]
    public IEnumerable<string> Names => Aliases.Prepend(Text);
}
