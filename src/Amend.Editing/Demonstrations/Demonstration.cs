using System.Text.Json.Serialization;

namespace Amend.Editing.Demonstrations;

/// <summary>What an edit can show a model, each text a prompt with its answer behind it.</summary>
/// <param name="Prompt">The edited prompt.</param>
/// <param name="Fact">The edited prompt with its new object: what is to hold, and the paper's copy.</param>
/// <param name="Updates">Paraphrases with the new object: the paper's update.</param>
/// <param name="Retains">Prompts about other subjects with what the model says to them without edits: the paper's retain.</param>
public sealed record Demonstration(string Prompt, string Fact, IReadOnlyList<string> Updates, IReadOnlyList<string> Retains)
{
    /// <summary>What the edit shows when it is not what the prompt is about: the copy, the updates, the things to retain.</summary>
    [JsonIgnore]
    public IEnumerable<string> Shown => [Fact, .. Updates, .. Retains];
}
