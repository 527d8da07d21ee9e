using Amend.Tensors;

namespace Amend.Evaluation.Protocols;

/// <summary>When cases are edited and when they are measured.</summary>
/// <param name="Name">The name on the command line.</param>
/// <param name="Title">One sentence for reports.</param>
/// <param name="Steps">What is done, in order; it ends with a <see cref="RevertStep"/>.</param>
public sealed record Protocol(string Name, string Title, ProtocolSteps Steps)
{
    /// <summary>Cases that are edited together where nothing else is asked; 1 by default.</summary>
    public int DefaultBatchSize { get; init; } = 1;

    /// <summary>The only size it has; null, the default, where any may be asked.</summary>
    public int? OnlyBatchSize { get; init; }

    /// <summary>
    /// Whether each batch is taken back before the next one, so that a run of fewer whole batches is the beginning of one of more;
    /// false by default.
    /// </summary>
    public bool TakesBatchesBack { get; init; }

    /// <summary>
    /// Whether cases come as a stream and are edited only where the model is wrong, so that upstream data are measured beside; false by
    /// default.
    /// </summary>
    public bool IsStream { get; init; }

    /// <summary>The size to use.</summary>
    /// <param name="asked">The size that was asked for, or null.</param>
    /// <exception cref="AmendException">The protocol has no such size.</exception>
    public int BatchSize(int? asked)
    {
        if (OnlyBatchSize is { } only && asked is { } other && other != only)
            throw new AmendException(
                $"Batches of {other} were asked, and the protocol {Name} edits {only} case at a time; use batch or sequential.");
        return asked is < 1
            ? throw new AmendException($"Batches of {asked} were asked; give a size of at least 1.")
            : asked ?? DefaultBatchSize;
    }
}

/// <summary>The steps of a run.</summary>
/// <param name="cases">The number of cases; their places are from 0.</param>
/// <param name="batchSize">Cases that are edited together.</param>
public delegate IEnumerable<ProtocolStep> ProtocolSteps(int cases, int batchSize);
