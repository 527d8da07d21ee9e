using Amend.Tensors;

namespace Amend.Evaluation.Protocols;

/// <summary>The protocols that this build knows, one line each.</summary>
public static class BuiltInProtocols
{
    /// <summary>All of them, and those that a host added.</summary>
    public static Registry<Protocol> All { get; } = new("protocol", protocol => protocol.Name,
    [
        new("single", "Each case is edited alone on the base model, measured, and taken back (Meng et al. 2022, section 3.4).", KeepsEdits: false, DefaultBatchSize: 1, OnlyBatchSize: 1),
        new("batch", "Cases are edited together on the base model, measured after their batch, and taken back.", KeepsEdits: false, DefaultBatchSize: 10),
        new("sequential", "Edits stay: each case is measured at its own time and again after all edits.", KeepsEdits: true, DefaultBatchSize: 1),
    ]);

    /// <summary>The protocol of a name.</summary>
    /// <exception cref="AmendException">No protocol has the name.</exception>
    public static Protocol Find(string name) => All.Find(name);
}
