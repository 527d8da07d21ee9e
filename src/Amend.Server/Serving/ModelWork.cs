using Amend.Editing.Sessions;

namespace Amend.Server.Serving;

/// <summary>Something that a model's thread is to do.</summary>
/// <param name="Kind">What it needs.</param>
/// <param name="Run">Does it, and tells who waits; fails nobody but by <paramref name="Fail"/>.</param>
/// <param name="Fail">Tells who waits that it was not done.</param>
internal sealed record ModelWork(WorkKind Kind, Action<EditSession> Run, Action<Exception> Fail)
{
    /// <summary>Work whose result is awaited.</summary>
    /// <param name="kind">What it needs.</param>
    /// <param name="work">Does it.</param>
    /// <param name="stop">Ends the waiting; work that has begun is told by it, too.</param>
    /// <param name="result">The result to come.</param>
    public static ModelWork Of<T>(WorkKind kind, Func<EditSession, T> work, CancellationToken stop, out Task<T> result)
    {
        var promise = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        result = promise.Task;
        return new ModelWork(kind, Run, e => promise.TrySetException(e));

        void Run(EditSession session)
        {
            try
            {
                stop.ThrowIfCancellationRequested();
                promise.TrySetResult(work(session));
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                promise.TrySetCanceled(stop);
            }
            catch (Exception e)
            {
                promise.TrySetException(e);
            }
        }
    }
}

/// <summary>What a work needs of its model.</summary>
internal enum WorkKind
{
    /// <summary>A short look at the model, between two steps of what is generated.</summary>
    Look,

    /// <summary>A text that is generated beside others.</summary>
    Text,

    /// <summary>A long look at the model, on a thread of its own; nothing is changed meanwhile.</summary>
    Aside,

    /// <summary>A change, while nobody looks.</summary>
    Change,
}
