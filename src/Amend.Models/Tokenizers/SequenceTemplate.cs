namespace Amend.Models.Tokenizers;

/// <summary>The special tokens that a model expects around one text, and around two.</summary>
/// <param name="Before">In front of the first text.</param>
/// <param name="After">Behind it.</param>
internal sealed record SequenceTemplate(IReadOnlyList<int> Before, IReadOnlyList<int> After)
{
    /// <summary>No special tokens.</summary>
    public static SequenceTemplate None { get; } = new([], []);

    /// <summary>
    /// Between two texts and behind the second; as for two single texts, without what begins the second, where a file says nothing.
    /// </summary>
    public (IReadOnlyList<int> Between, IReadOnlyList<int> Behind) Pair { get; init; } = (After, After);
}
