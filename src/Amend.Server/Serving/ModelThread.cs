using System.Collections.Concurrent;
using Amend.Editing.Sessions;

namespace Amend.Server.Serving;

/// <summary>
/// The thread to which a model belongs, since dispose scopes and views belong to threads (docs/decisions/0006). Work waits in one queue
/// with a bound. Texts are generated beside each other and looks come between their steps; a change begins once the texts before it are
/// at their ends and nobody looks aside, and nothing else begins meanwhile. So nobody ever sees half a change.
/// </summary>
internal sealed class ModelThread : IDisposable
{
    private readonly ConcurrentQueue<ModelWork> _queue = new();
    private readonly Queue<ModelWork> _waiting = new();
    private readonly SemaphoreSlim _bell = new(0);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private readonly string _name;
    private readonly ServingOptions _options;
    private int _queued;
    private int _asides;
    private volatile bool _closes;
    private TextBatches? _batches;

    /// <summary>Starts the thread, which opens the model.</summary>
    /// <param name="name">What messages call the model.</param>
    /// <param name="open">Opens it.</param>
    /// <param name="options">Bounds.</param>
    public ModelThread(string name, Func<EditSession> open, ServingOptions options)
    {
        (_name, _options) = (name, options);
        new Thread(() => Run(open)) { Name = $"model {name}", IsBackground = true }.Start();
    }

    /// <summary>Done when the model is there; failed where it cannot be read.</summary>
    public Task Opened => _opened.Task;

    /// <summary>How many works wait.</summary>
    public int Waiting => Volatile.Read(ref _queued);

    /// <summary>How many texts are generated.</summary>
    public int Generating { get; private set; }

    /// <summary>Asks what has begun to end early.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>The model's states; for works of the thread.</summary>
    public StateViews? Views { get; private set; }

    /// <summary>Gives the thread a work.</summary>
    /// <exception cref="ModelBusyException">As much waits as may, or the server stops.</exception>
    public void Post(ModelWork work)
    {
        if (_closes)
            throw Stopping();
        if (Interlocked.Increment(ref _queued) > _options.QueueLength)
        {
            Interlocked.Decrement(ref _queued);
            throw new ModelBusyException(
                $"{_options.QueueLength} requests wait for '{_name}', which is as many as may; ask again in a moment.");
        }

        _queue.Enqueue(work);
        _bell.Release();
    }

    /// <summary>Takes a text in; for works of the thread.</summary>
    public void Generate(ModelState state, Completion completion) => _batches!.Add(state, completion);

    /// <summary>Takes no more work, finishes what it has, and closes the model.</summary>
    /// <param name="grace">How long that may take before what has begun is asked to end early, which leaves the model as it was.</param>
    public async Task CloseAsync(TimeSpan grace)
    {
        _closes = true;
        _bell.Release();
        if (await Task.WhenAny(_ended.Task, Task.Delay(grace)).ConfigureAwait(false) != _ended.Task)
        {
            await _stop.CancelAsync().ConfigureAwait(false);
            _bell.Release();
        }

        await _ended.Task.ConfigureAwait(false);
    }

    /// <summary>Frees what a closed thread has left.</summary>
    public void Dispose()
    {
        _bell.Dispose();
        _stop.Dispose();
    }

    private void Run(Func<EditSession> open)
    {
        try
        {
            using var session = open();
            using var views = Views = new StateViews(session);
            using var batches = _batches = new TextBatches(session, views);
            _opened.SetResult();
            while (!_closes || Generating + Waiting + Volatile.Read(ref _asides) > 0)
                Turn(session, views, batches);
        }
        catch (Exception e)
        {
            // Whoever waits for the model is told; the process serves its other models.
            _opened.TrySetException(e);
        }
        finally
        {
            _closes = true;
            while (_waiting.TryDequeue(out var work) || _queue.TryDequeue(out work))
                work.Fail(_opened.Task.Exception?.InnerException ?? Stopping());
            _ended.SetResult();
        }
    }

    private void Turn(EditSession session, StateViews views, TextBatches batches)
    {
        if (Next() is { } work)
            Begin(work, session, views);
        else if (batches.Count > 0)
            batches.Step();
        else
            _bell.Wait();
        Generating = batches.Count;
        if (Generating == 0)
            views.Trim();
    }

    /// <summary>What may begin now; null where nothing may.</summary>
    private ModelWork? Next()
    {
        while (true)
        {
            if (_waiting.TryPeek(out var first) && (first.Kind == WorkKind.Aside || Volatile.Read(ref _asides) == 0))
                return first.Kind == WorkKind.Change && Generating > 0 ? null : _waiting.Dequeue();
            if (Generating >= _options.BatchSize || !_queue.TryDequeue(out var work))
                return null;
            if (work.Kind != WorkKind.Change && (work.Kind != WorkKind.Aside || _waiting.Count == 0))
                return work;
            _waiting.Enqueue(work);
        }
    }

    private void Begin(ModelWork work, EditSession session, StateViews views)
    {
        Interlocked.Decrement(ref _queued);
        if (_stop.IsCancellationRequested)
        {
            work.Fail(Stopping());
            return;
        }

        if (work.Kind == WorkKind.Change)
            views.Dispose();
        if (work.Kind != WorkKind.Aside)
        {
            work.Run(session);
            return;
        }

        Interlocked.Increment(ref _asides);
        new Thread(() => LookAside(work, session)) { Name = $"model {_name}, aside", IsBackground = true }.Start();
    }

    private void LookAside(ModelWork work, EditSession session)
    {
        work.Run(session);
        Interlocked.Decrement(ref _asides);
        _bell.Release();
    }

    private ModelBusyException Stopping() => new($"'{_name}' takes no more requests, because the server stops.", isStopping: true);
}
