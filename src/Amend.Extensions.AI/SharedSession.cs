using Amend.Editing.Sessions;

namespace Amend.Extensions.AI;

/// <summary>
/// A session that many callers use, one at a time: who comes while another is at it waits. What is done with the model is done on a thread
/// of its own, so that it begins and ends on one (docs/decisions/0006). Owns the session.
/// </summary>
/// <param name="session">The session, which nobody uses but through this.</param>
public sealed class SharedSession(EditSession session) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private bool _isDisposed;

    /// <summary>The session itself, for a program that uses it while nobody else does.</summary>
    public EditSession Session => session;

    /// <summary>Uses the session while nobody else does: to ask, edit, look or take back.</summary>
    /// <param name="use">Uses it; no other use of this may be awaited in it.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <returns>What the use gave; its failure is the call's.</returns>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    /// <exception cref="OperationCanceledException">The waiting was ended, or the use was.</exception>
    public async Task<T> UseAsync<T>(Func<EditSession, T> use, CancellationToken stop = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        await _gate.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return await Task.Factory.StartNew(
                () => use(session), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Waits for who is at it, and closes the session.</summary>
    public void Dispose()
    {
        _gate.Wait();
        var wasDisposed = _isDisposed;
        _isDisposed = true;
        // Those who wait meanwhile are told that it is closed.
        _gate.Release();
        if (!wasDisposed)
            session.Dispose();
    }
}
