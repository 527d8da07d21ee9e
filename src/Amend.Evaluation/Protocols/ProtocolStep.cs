namespace Amend.Evaluation.Protocols;

/// <summary>What a protocol does next with the model.</summary>
public abstract record ProtocolStep;

/// <summary>Edits cases, together where the editor can.</summary>
/// <param name="Places">Their places in the run, from 0.</param>
public sealed record EditStep(IReadOnlyList<int> Places) : ProtocolStep;

/// <summary>Asks the model about a case, edits it where it is wrong, and asks again right after.</summary>
/// <param name="Place">Its place in the run, from 0.</param>
public sealed record CorrectStep(int Place) : ProtocolStep;

/// <summary>
/// Measures a stream: the cases that it edited, those of other roles that stand beside it, and those that it passed over where a metric
/// asks for them.
/// </summary>
/// <param name="AtEnd">
/// Whether it is the last time; else it is measured only where as many edits as the run asks for were made since the time before.
/// </param>
public sealed record RetentionStep(bool AtEnd) : ProtocolStep;

/// <summary>Asks the model about cases and keeps what it says.</summary>
/// <param name="Places">Their places in the run, from 0.</param>
/// <param name="Moment">The moment that the answers are kept under.</param>
public sealed record MeasureStep(IReadOnlyList<int> Places, Moment Moment) : ProtocolStep;

/// <summary>Takes all edits back: what comes after it starts from the base model, and may be done by another model.</summary>
public sealed record RevertStep : ProtocolStep;
