using Amend.Tensors.Files;

namespace Amend.Editing.Sessions;

/// <summary>
/// What a state of a model is told by: <c>amend-</c> and 16 digits of a hash over the weights' hash and the edits' ids, a line each. Equal
/// fingerprints are equal states, of any process.
/// </summary>
public static class StateFingerprint
{
    private const int Digits = 16;

    /// <summary>The fingerprint of a model with some edits.</summary>
    /// <param name="baseHash">The hash of its weights without edits.</param>
    /// <param name="edits">The ids of the edits, in order.</param>
    public static string Of(string baseHash, IReadOnlyList<string> edits) =>
        "amend-" + ContentHash.Of($"{baseHash}\n{string.Join('\n', edits)}")[..Digits];
}
