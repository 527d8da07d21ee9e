using System.Collections.Concurrent;
using Amend.Server.Serving;

namespace Amend.Server.Jobs;

/// <summary>The jobs of a server: some at once, some that wait, and the last ones that are over.</summary>
public sealed class JobBoard : IAsyncDisposable
{
    private const int MostKept = 100;
    private readonly ConcurrentDictionary<string, Job> _jobs = [];
    private readonly ConcurrentDictionary<string, Task> _running = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _places;
    private readonly int _mostOpen;

    /// <summary>Creates an empty board.</summary>
    /// <param name="atOnce">How many jobs are worked on at once.</param>
    /// <param name="mostOpen">How many may be worked on or wait.</param>
    public JobBoard(int atOnce, int mostOpen) => (_places, _mostOpen) = (new SemaphoreSlim(atOnce), mostOpen);

    /// <summary>All jobs that are known, the oldest first.</summary>
    public IReadOnlyList<Job> All => [.. _jobs.Values.OrderBy(job => job.Created)];

    /// <summary>A job by its id.</summary>
    /// <exception cref="NotServedException">There is no such job, or no longer.</exception>
    public Job Find(string id) => _jobs.TryGetValue(id, out var job) ? job : throw new NotServedException(
        $"There is no job '{id}', or it is no longer kept; /api/jobs lists those that are.");

    /// <summary>Begins a job.</summary>
    /// <param name="kind">What it does.</param>
    /// <param name="model">The model.</param>
    /// <param name="owner">Who asks for it.</param>
    /// <param name="work">Does it.</param>
    /// <exception cref="ModelBusyException">As many jobs are open as may, or the server stops.</exception>
    public Job Start(string kind, string model, string owner, Func<JobWork, Task<object>> work)
    {
        if (_stopping.IsCancellationRequested)
            throw new ModelBusyException("No more jobs are begun, because the server stops.", isStopping: true);
        if (_jobs.Values.Count(one => !one.IsOver) >= _mostOpen)
            throw new ModelBusyException($"{_mostOpen} jobs are open, which is as many as may; wait for one or cancel one.");
        var job = new Job(kind, model, owner, _stopping.Token);
        _jobs[job.Id] = job;
        foreach (var old in All.Where(one => one.IsOver).SkipLast(MostKept))
            _jobs.TryRemove(old.Id, out _);
        _running[job.Id] = RunAsync(job, work);
        return job;
    }

    /// <summary>Asks all jobs to end, and waits for them.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_running.Values).ConfigureAwait(false);
    }

    private async Task RunAsync(Job job, Func<JobWork, Task<object>> work)
    {
        await Task.Yield();
        await job.RunAsync(async given =>
        {
            await _places.WaitAsync(given.Stop).ConfigureAwait(false);
            try
            {
                return await work(given).ConfigureAwait(false);
            }
            finally
            {
                _places.Release();
            }
        }).ConfigureAwait(false);
        _running.TryRemove(job.Id, out _);
    }
}
