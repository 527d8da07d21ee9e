using Amend.Models;

namespace Amend.Shipping.Exporting;

/// <summary>What is to be exported, and where to.</summary>
/// <param name="Model">The model as it lies on disk; it stays the caller's.</param>
/// <param name="Edits">The edits; they stay the caller's.</param>
/// <param name="To">The folder or file to make.</param>
/// <param name="Options">How.</param>
public sealed record ExportJob(StoredModel Model, ShippedEdits Edits, string To, ExportOptions Options)
{
    /// <summary>Told of each file or tensor that is begun; nobody when null.</summary>
    public IProgress<TensorProgress>? Progress { get; init; }

    /// <summary>Ends the work between two tensors.</summary>
    public CancellationToken Stop { get; init; }

    /// <summary>Tells how far the work is, and ends it where that is asked.</summary>
    internal void Report(string what, int done, int all)
    {
        Stop.ThrowIfCancellationRequested();
        Progress?.Report(new TensorProgress(what, done, all));
    }
}
