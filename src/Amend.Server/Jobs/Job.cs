using System.Runtime.CompilerServices;
using Amend.Server.Problems;

namespace Amend.Server.Jobs;

/// <summary>Long work that a request began: how far it is, and what came of it. Told to any number of watchers as it happens.</summary>
public sealed class Job
{
    private const int MostEvents = 2000;
    private readonly Lock _gate = new();
    private readonly List<JobEvent> _events = [];
    private int _forgotten;
    private readonly CancellationTokenSource _stop;
    private TaskCompletionSource _news = New();

    /// <summary>Creates a job that waits.</summary>
    /// <param name="kind">What it does, such as <c>edit</c>.</param>
    /// <param name="model">The model.</param>
    /// <param name="owner">Who asked for it.</param>
    /// <param name="stopping">Whether the server stops.</param>
    internal Job(string kind, string model, string owner, CancellationToken stopping)
    {
        (Kind, Model, Owner) = (kind, model, owner);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
    }

    /// <summary>What it is called.</summary>
    public string Id { get; } = Guid.NewGuid().ToString("N")[..12];

    /// <summary>What it does.</summary>
    public string Kind { get; }

    /// <summary>The model.</summary>
    public string Model { get; }

    /// <summary>Who asked for it.</summary>
    public string Owner { get; }

    /// <summary>How it stands.</summary>
    public JobStatus Status { get; private set; }

    /// <summary>When it was asked for, UTC.</summary>
    public DateTimeOffset Created { get; } = DateTimeOffset.UtcNow;

    /// <summary>When it was over, UTC; null before.</summary>
    public DateTimeOffset? Ended { get; private set; }

    /// <summary>What came of it; null before, and where it failed.</summary>
    public object? Result { get; private set; }

    /// <summary>What there is of the result so far; null where the work says nothing of it.</summary>
    public object? SoFar { get; private set; }

    /// <summary>Why it failed; null where it did not.</summary>
    public Refusal? Refusal { get; private set; }

    /// <summary>Whether it is over.</summary>
    public bool IsOver => Ended is not null;

    /// <summary>How it stands, for a document.</summary>
    public JobSummary Summary
    {
        get
        {
            lock (_gate)
            {
                var latest = _events.Count > 0 ? _events[^1].Data : null;
                return new JobSummary(Id, Kind, Model, Status, Created, Ended, latest, Refusal?.Sentence);
            }
        }
    }

    /// <summary>Asks it to stop.</summary>
    public void Cancel()
    {
        lock (_gate)
        {
            if (!IsOver)
                _stop.Cancel();
        }
    }

    /// <summary>What has happened and happens, until it is over; of very much the first is forgotten.</summary>
    /// <param name="stop">Ends the watching.</param>
    public async IAsyncEnumerable<JobEvent> WatchAsync([EnumeratorCancellation] CancellationToken stop = default)
    {
        for (var told = 0; ;)
        {
            Task news;
            JobEvent[] more;
            bool isOver;
            lock (_gate)
            {
                (more, news, isOver) = ([.. _events.Skip(told - _forgotten)], _news.Task, IsOver);
                told = _forgotten + _events.Count;
            }

            foreach (var one in more)
                yield return one;
            if (isOver)
                yield break;
            await news.WaitAsync(stop).ConfigureAwait(false);
        }
    }

    /// <summary>Does the work.</summary>
    internal async Task RunAsync(Func<JobWork, Task<object>> work)
    {
        try
        {
            Tell("status", Status = JobStatus.Running);
            var given = new JobWork(data => Tell("progress", data), _stop.Token) { Keep = part => SoFar = part };
            var result = await work(given).ConfigureAwait(false);
            End(JobStatus.Done, result, refusal: null);
        }
        catch (OperationCanceledException)
        {
            End(JobStatus.Cancelled, result: null, refusal: null);
        }
        catch (Exception e)
        {
            End(JobStatus.Failed, result: null, Refusal.Of(e));
        }
        finally
        {
            _stop.Dispose();
        }
    }

    private void End(JobStatus status, object? result, Refusal? refusal)
    {
        (Status, Result, Refusal) = (status, result, refusal);
        lock (_gate)
        {
            Ended = DateTimeOffset.UtcNow;
            _events.Add(new JobEvent("status", status));
            _news.TrySetResult();
        }
    }

    private void Tell(string name, object data)
    {
        lock (_gate)
        {
            if (_events.Count >= MostEvents)
            {
                _events.RemoveAt(0);
                _forgotten++;
            }

            _events.Add(new JobEvent(name, data));
            (var before, _news) = (_news, New());
            before.TrySetResult();
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>What a job's work is given.</summary>
/// <param name="Report">Tells how far it is.</param>
/// <param name="Stop">Asks it to end.</param>
public sealed record JobWork(Action<object> Report, CancellationToken Stop)
{
    /// <summary>Keeps what there is of the result so far, for who watches.</summary>
    public Action<object> Keep { get; init; } = _ => { };

    /// <summary>Tells the progress of the library's works.</summary>
    public IProgress<T> Progress<T>() => new Told<T>(Report);

    private sealed record Told<T>(Action<object> Report) : IProgress<T>
    {
        void IProgress<T>.Report(T value) => Report(value!);
    }
}

/// <summary>Something that happened in a job.</summary>
/// <param name="Name"><c>status</c> or <c>progress</c>.</param>
/// <param name="Data">What.</param>
public sealed record JobEvent(string Name, object Data);

/// <summary>How a job stands.</summary>
public enum JobStatus
{
    /// <summary>It has not begun.</summary>
    Waiting,

    /// <summary>It is worked on.</summary>
    Running,

    /// <summary>It is done.</summary>
    Done,

    /// <summary>It failed; what it was to change is as before.</summary>
    Failed,

    /// <summary>It was stopped; what it was to change is as before.</summary>
    Cancelled,
}

/// <summary>A job in short.</summary>
/// <param name="Id">What it is called.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Model">The model.</param>
/// <param name="Status">How it stands.</param>
/// <param name="Created">When it was asked for, UTC.</param>
/// <param name="Ended">When it was over, UTC; null before.</param>
/// <param name="Latest">What was told last.</param>
/// <param name="Problem">Why it failed, in a sentence; null where it did not.</param>
public sealed record JobSummary(
    string Id,
    string Kind,
    string Model,
    JobStatus Status,
    DateTimeOffset Created,
    DateTimeOffset? Ended,
    object? Latest,
    string? Problem);
