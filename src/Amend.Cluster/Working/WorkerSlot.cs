using System.Diagnostics;
using Amend.Cluster.Board;
using Amend.Cluster.Scheduling;
using Amend.Tensors;
using Microsoft.Extensions.Logging;

namespace Amend.Cluster.Working;

/// <summary>One model of a worker: takes units of open runs, does them, and says so. For one thread.</summary>
/// <param name="name">What it is called.</param>
/// <param name="desk">Where it gets units.</param>
/// <param name="board">The open runs.</param>
/// <param name="shelf">The run and model that are open.</param>
/// <param name="log">Is told.</param>
internal sealed class WorkerSlot(string name, UnitDesk desk, RunBoard board, ModelShelf shelf, ILogger log)
{
    private const int MostUnits = 8;
    private readonly Lock _gate = new();
    private readonly List<int> _held = [];
    private readonly Dictionary<long, DateTime> _leftAlone = [];
    private long _at;
    private string? _row;

    /// <summary>Works until it is stopped, or no run is open and it is to end then.</summary>
    public void Work(bool endsWhenIdle, CancellationToken stop)
    {
        using var beats = new Timer(_ => Beat(), state: null, desk.Times.Beat, desk.Times.Beat);
        while (!stop.IsCancellationRequested)
        {
            var open = board.Open(stop);
            if (open.Count == 0 && endsWhenIdle)
                return;
            // The run that it is at comes first, so that its model stays.
            var able = open.Where(run => !(_leftAlone.GetValueOrDefault(run.Number) > DateTime.UtcNow));
            if (!able.OrderBy(run => run.Number != _at).Any(run => WorkOn(run, stop)))
                stop.WaitHandle.WaitOne(desk.Times.Idle);
        }
    }

    /// <summary>Takes units of a run once and does them.</summary>
    /// <returns>Whether there were any.</returns>
    private bool WorkOn(OpenRun run, CancellationToken stop)
    {
        var offer = desk.Call(run.Number, grain => grain.TakeAsync(name, _at == run.Number ? _row : null, MostUnits), stop);
        if (offer is null or [])
            return false;
        _at = run.Number;
        lock (_gate)
            _held.AddRange(offer.Select(unit => unit.Number));
        var (open, reason) = Open(run);
        foreach (var unit in open is null ? [] : offer)
        {
            if (stop.IsCancellationRequested)
                break;
            Do(run.Number, open!, unit, stop);
        }

        GiveBack(run.Number, reason);
        return reason is null;
    }

    /// <summary>Opens a run; where this worker cannot, others may, and it leaves the run alone for a while.</summary>
    private (IOpenedWork? Work, string? Reason) Open(OpenRun run)
    {
        try
        {
            return (shelf.Open(run), null);
        }
        catch (Exception e) when (e is AmendException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            _leftAlone[run.Number] = DateTime.UtcNow + (desk.Times.Lease * 2);
            log.CannotBegin(run.Number, e.Message);
            return (null, $"{name}: {e.Message}");
        }
    }

    private void Do(long run, IOpenedWork work, OfferedUnit unit, CancellationToken stop)
    {
        var (rowEnded, began, row) = (false, Stopwatch.GetTimestamp(), work.RowOf(unit.Number));
        try
        {
            if (row.Length > 0)
                _row = row;
            rowEnded = work.Do(unit, stop);
            if (stop.IsCancellationRequested)
                return;
        }
        catch (Exception e) when (e is AmendException or InvalidOperationException or ArithmeticException or IOException)
        {
            log.Failed(unit.Number, run, e.Message);
            desk.Meter.Unit(row, isDone: false, began);
            desk.Say(run, grain => grain.FailedAsync(unit.Number, e.Message), stop);
            Release(unit.Number);
            return;
        }

        desk.Meter.Unit(row, isDone: true, began);
        desk.Say(run, grain => grain.DoneAsync(unit.Number, rowEnded), stop);
        Release(unit.Number);
    }

    private void Release(int number)
    {
        lock (_gate)
            _held.Remove(number);
    }

    /// <summary>Gives back what was not begun.</summary>
    private void GiveBack(long run, string? reason)
    {
        int[] left;
        lock (_gate)
        {
            left = [.. _held];
            _held.Clear();
        }

        if (left.Length == 0)
            return;
        using var patience = new CancellationTokenSource(desk.Times.Lease);
        desk.Say(run, grain => grain.GiveBackAsync(name, left, reason), patience.Token);
    }

    private void Beat()
    {
        int[] held;
        lock (_gate)
            held = [.. _held];
        if (held.Length > 0)
            desk.Beat(_at, name, held);
    }
}
