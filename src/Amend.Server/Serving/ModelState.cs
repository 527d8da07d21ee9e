using Amend.Editing.Sessions;

namespace Amend.Server.Serving;

/// <summary>A state of a served model: what its edits were when something was answered.</summary>
/// <param name="Model">The name under which the model is served.</param>
/// <param name="Edits">The ids of the edits, in order.</param>
/// <param name="Fingerprint">What the state is told by (<see cref="StateFingerprint"/>).</param>
public sealed record ModelState(string Model, IReadOnlyList<string> Edits, string Fingerprint)
{
    /// <summary>The state of a model with some edits.</summary>
    /// <param name="model">The name under which the model is served.</param>
    /// <param name="baseHash">The hash of its weights without edits.</param>
    /// <param name="edits">The ids of the edits, in order.</param>
    public static ModelState Of(string model, string baseHash, IReadOnlyList<string> edits) =>
        new(model, edits, StateFingerprint.Of(baseHash, edits));
}
