using Amend.Tensors;

namespace Amend.Shipping.Gates;

/// <summary>What was written does not say what the model says with the edits, as where a quantisation rounds them away.</summary>
/// <param name="edits">The ids of the edits that were lost.</param>
/// <param name="message">What was lost, in a sentence.</param>
public sealed class LostEditException(IReadOnlyList<string> edits, string message) : AmendException(message)
{
    /// <summary>The ids of the edits that were lost.</summary>
    public IReadOnlyList<string> Edits { get; } = edits;
}
