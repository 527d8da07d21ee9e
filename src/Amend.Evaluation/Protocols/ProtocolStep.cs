namespace Amend.Evaluation.Protocols;

/// <summary>What a protocol does next with the model.</summary>
public abstract record ProtocolStep;

/// <summary>Edits cases, together where the editor can.</summary>
/// <param name="Places">Their places in the run, from 0.</param>
public sealed record EditStep(IReadOnlyList<int> Places) : ProtocolStep;

/// <summary>Asks the model about cases and keeps what it says.</summary>
/// <param name="Places">Their places in the run, from 0.</param>
/// <param name="Moment">The moment that the answers are kept under.</param>
public sealed record MeasureStep(IReadOnlyList<int> Places, Moment Moment) : ProtocolStep;

/// <summary>Takes all edits back: what comes after it starts from the base model, and may be done by another model.</summary>
public sealed record RevertStep : ProtocolStep;
