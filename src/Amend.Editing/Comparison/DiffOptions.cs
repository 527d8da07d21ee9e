namespace Amend.Editing.Comparison;

/// <summary>What two states are compared on.</summary>
public sealed record DiffOptions
{
    /// <summary>
    /// The prompts; null, the default, for those of the edits that only one of the states has: what they edit, their paraphrases and
    /// neighbours.
    /// </summary>
    public IReadOnlyList<string>? Prompts { get; init; }

    /// <summary>
    /// The text: running text for a causal decoder, for other models a text a line. Null, the default, compares decoders on none, and
    /// others on the prompts.
    /// </summary>
    public string? Text { get; init; }
}
