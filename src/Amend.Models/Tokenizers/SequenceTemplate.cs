namespace Amend.Models.Tokenizers;

/// <summary>The special tokens that a model expects around a text.</summary>
/// <param name="Before">In front of the text.</param>
/// <param name="After">Behind it.</param>
internal sealed record SequenceTemplate(IReadOnlyList<int> Before, IReadOnlyList<int> After)
{
    /// <summary>No special tokens.</summary>
    public static SequenceTemplate None { get; } = new([], []);
}
