namespace Amend.Shipping.Gates;

/// <summary>What must hold before an export is at its place.</summary>
public sealed record ExportGuard
{
    /// <summary>
    /// Judges the model with the edits before anything is written, and what was written where that is read again; null, the default, for
    /// none.
    /// </summary>
    public Gate? Gate { get; init; }

    /// <summary>
    /// Whether what was written is read again and asked: it is put at its place only where the gate passes it and, whatever the gate, every
    /// prompt and paraphrase that gave its new object in the model gives it there. False by default.
    /// </summary>
    public bool Verifies { get; init; }

    /// <summary>What is asked beside the questions of the edits' records, and how.</summary>
    public CheckOptions Check { get; init; } = new();
}
