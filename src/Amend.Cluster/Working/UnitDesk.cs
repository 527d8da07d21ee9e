using System.Diagnostics;
using Amend.Cluster.Scheduling;
using Microsoft.Extensions.Logging;

namespace Amend.Cluster.Working;

/// <summary>Where a worker gets units and says what became of them: calls are made again until who hands them out is there.</summary>
/// <param name="grains">Finds who hands out a run's units.</param>
/// <param name="meter">Measures.</param>
/// <param name="times">How long to wait.</param>
/// <param name="log">Is told.</param>
internal sealed class UnitDesk(IGrainFactory grains, WorkerMeter meter, WorkerTimes times, ILogger log)
{
    /// <summary>Measures.</summary>
    public WorkerMeter Meter => meter;

    /// <summary>How long to wait.</summary>
    public WorkerTimes Times => times;

    /// <summary>Calls who hands out a run's units, again until it answers: where its machine is lost it comes back on another.</summary>
    /// <returns>What it said; nothing where the worker stops.</returns>
    public T? Call<T>(long run, Func<IRunGrain, Task<T>> call, CancellationToken stop)
    {
        var began = Stopwatch.GetTimestamp();
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var said = call(grains.GetGrain<IRunGrain>(run)).WaitAsync(stop).GetAwaiter().GetResult();
                meter.Call(began);
                return said;
            }
            catch (Exception e) when (e is not OperationCanceledException || !stop.IsCancellationRequested)
            {
                log.CallsAgain(e.Message);
                stop.WaitHandle.WaitOne(times.Idle);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        return default;
    }

    /// <summary>The same for a call that says nothing.</summary>
    public void Say(long run, Func<IRunGrain, Task> call, CancellationToken stop) => Call(
        run,
        async grain =>
        {
            await call(grain).ConfigureAwait(false);
            return true;
        },
        stop);

    /// <summary>Says once that a worker is there and has units; where that is not heard, the next time is.</summary>
    public void Beat(long run, string worker, IReadOnlyList<int> numbers) =>
        _ = grains.GetGrain<IRunGrain>(run).BeatAsync(worker, numbers).ContinueWith(_ => { }, TaskScheduler.Default);
}
