using Amend.Tensors;

namespace Amend.Server.Problems;

/// <summary>A request is refused for what the server knows and the library does not.</summary>
/// <param name="refusal">Why.</param>
public sealed class RefusedException(Refusal refusal) : AmendException(refusal.Sentence)
{
    /// <summary>Why.</summary>
    public Refusal Refusal { get; } = refusal;
}
