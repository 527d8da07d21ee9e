using Amend.Tensors;

namespace Amend.Evaluation.Protocols;

/// <summary>When cases are edited and when they are measured.</summary>
/// <param name="Name">The name on the command line.</param>
/// <param name="Title">One sentence for reports.</param>
/// <param name="KeepsEdits">Whether edits stay until the end; else they are taken back after their measurement.</param>
/// <param name="DefaultBatchSize">Cases that are edited together where nothing else is asked.</param>
/// <param name="OnlyBatchSize">The only size it has; null where any may be asked.</param>
public sealed record Protocol(string Name, string Title, bool KeepsEdits, int DefaultBatchSize, int? OnlyBatchSize = null)
{
    /// <summary>The moments of measurement, in order.</summary>
    /// <param name="batchSize">Cases that are edited together.</param>
    public IReadOnlyList<Moment> Moments(int batchSize)
    {
        var own = batchSize == 1 ? Moment.OwnEdit : Moment.OwnBatch;
        return KeepsEdits ? [own, Moment.End] : [own];
    }

    /// <summary>The size to use.</summary>
    /// <param name="asked">The size that was asked for, or null.</param>
    /// <exception cref="AmendException">The protocol has no such size.</exception>
    public int BatchSize(int? asked)
    {
        if (OnlyBatchSize is { } only && asked is { } other && other != only)
            throw new AmendException($"Batches of {other} were asked, and the protocol {Name} edits {only} case at a time; use batch or sequential.");
        return asked is < 1 ? throw new AmendException($"Batches of {asked} were asked; give a size of at least 1.") : asked ?? DefaultBatchSize;
    }
}
