using Amend.Cluster.Database;
using Npgsql;

namespace Amend.Cluster.Scheduling;

/// <summary>
/// Hands out the units of a run. What is done, and how often a unit was begun, is in the database before it is told; who has what is
/// known here alone, so that where this grain dies with its machine another one hands out again whatever is not done. To do a unit twice
/// gives the same results twice, of which the first are kept.
/// </summary>
internal sealed class RunGrain(ClusterDatabase database, WorkerTimes times, TimeProvider clock) : Grain, IRunGrain
{
    private const string Gone = "Its worker was not heard of any more, each time that it was begun.";
    private RunQueue _queue = new(inOrder: false);
    private bool _isOpen;

    private long Number => this.GetPrimaryKeyLong();

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await LoadAsync().ConfigureAwait(true);
        this.RegisterGrainTimer(ExpireAsync, new GrainTimerCreationOptions(times.Check, times.Check) { KeepAlive = true });
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OfferedUnit>> TakeAsync(string worker, string? row, int most)
    {
        if (!_isOpen)
            return [];
        var taken = _queue.Take(worker, row, most, clock.GetUtcNow() + times.Lease);
        if (taken.Count > 0)
        {
            const string Leased = "state = 'leased', worker = $3, tries = tries + 1, changed = now(), error = NULL";
            await SetAsync(Leased, [.. taken.Select(unit => unit.Number)], worker).ConfigureAwait(true);
        }

        return [.. taken.Select(unit => new OfferedUnit(unit.Number, unit.Tries > 0))];
    }

    /// <inheritdoc/>
    public Task BeatAsync(string worker, IReadOnlyList<int> numbers)
    {
        _queue.Extend(worker, numbers, clock.GetUtcNow() + times.Lease);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task DoneAsync(int number, bool rowEnded)
    {
        var row = _queue.RowOf(number);
        if (row is null)
            return;
        int[] done = [number, .. rowEnded ? _queue.End(row) : []];
        await SetAsync("state = 'done', changed = now()", done).ConfigureAwait(true);
        _queue.Done(number);
        await EndWhereEmptyAsync().ConfigureAwait(true);
    }

    /// <inheritdoc/>
    public async Task FailedAsync(int number, string error)
    {
        if (_queue.RowOf(number) is not { } row)
            return;
        if (_queue.Fail(number))
            await SetAsync("state = 'waiting', error = $3", [number], error).ConfigureAwait(true);
        else
            await SetAsideAsync([number], error, isUnedited: row.Length == 0).ConfigureAwait(true);
    }

    /// <inheritdoc/>
    public async Task GiveBackAsync(string worker, IReadOnlyList<int> numbers, string? reason)
    {
        var back = _queue.GiveBack(worker, numbers);
        await SetAsync("state = 'waiting', tries = tries - 1, worker = NULL, error = $3", [.. back], reason).ConfigureAwait(true);
    }

    private Task<bool> LoadAsync() => OffThreadAsync(connection =>
    {
        var runs = connection.Rows(
            "SELECT keeps_order, state FROM amend.runs WHERE run = $1",
            row => (KeepsOrder: row.GetBoolean(0), State: row.GetString(1)),
            Number);
        _isOpen = runs is [{ State: "open" }];
        if (!_isOpen)
            return true;
        _queue = new RunQueue(runs[0].KeepsOrder);
        foreach (var unit in connection.Rows(
            "SELECT number, row, tries FROM amend.units WHERE run = $1 AND state IN ('waiting', 'leased')",
            row => new LeftUnit(row.GetInt32(0), row.GetString(1), row.GetInt16(2)), Number))
            _queue.Add(unit);
        return true;
    });

    private async Task ExpireAsync(CancellationToken stop)
    {
        var (again, aside) = _queue.Expire(clock.GetUtcNow());
        if (again.Count > 0)
            await SetAsync("state = 'waiting'", [.. again]).ConfigureAwait(true);
        if (aside.Count > 0)
            await SetAsideAsync(aside, Gone, isUnedited: aside.Contains(0)).ConfigureAwait(true);
        await CheckOpenAsync().ConfigureAwait(true);
    }

    /// <summary>Sets units aside; where the unedited answers are among them, all others follow, which need them.</summary>
    private async Task SetAsideAsync(IReadOnlyList<int> numbers, string error, bool isUnedited)
    {
        var reason = isUnedited ? $"The unedited model could not be asked: {error}" : error;
        int[] aside = isUnedited ? [.. numbers, .. _queue.EndAll()] : [.. numbers];
        await SetAsync("state = 'aside', error = $3, changed = now()", aside, reason).ConfigureAwait(true);

        await EndWhereEmptyAsync().ConfigureAwait(true);
    }

    private async Task EndWhereEmptyAsync()
    {
        if (!_isOpen || !_queue.IsEmpty)
            return;
        const string End = "UPDATE amend.runs SET state = 'done', ended = now() WHERE run = $1 AND state = 'open'";
        await OffThreadAsync(connection => connection.Run(End, Number)).ConfigureAwait(true);
        _isOpen = false;
    }

    /// <summary>Whether the run was cancelled meanwhile, by anyone who may use the database.</summary>
    private async Task CheckOpenAsync()
    {
        if (!_isOpen)
        {
            DeactivateOnIdle();
            return;
        }

        const string Open = "SELECT 1 FROM amend.runs WHERE run = $1 AND state = 'open'";
        _isOpen = await OffThreadAsync(connection => connection.Rows(Open, row => row.GetInt32(0), Number).Count > 0).ConfigureAwait(true);
        await EndWhereEmptyAsync().ConfigureAwait(true);
    }

    /// <summary>Changes units in the database.</summary>
    /// <param name="set">What is set, as SQL writes it, with values from <c>$3</c> on.</param>
    /// <param name="numbers">The units.</param>
    /// <param name="values">The values.</param>
    private async Task SetAsync(string set, int[] numbers, params object?[] values)
    {
        try
        {
            await OffThreadAsync(connection => connection.Run(
                $"UPDATE amend.units SET {set} WHERE run = $1 AND number = ANY($2)", [Number, numbers, .. values])).ConfigureAwait(true);
        }
        catch
        {
            // What is known here may be other than what is kept: the next one begins with what is kept.
            _isOpen = false;
            DeactivateOnIdle();
            throw;
        }
    }

    /// <summary>Uses the database on another thread: it may wait for minutes for one that is away.</summary>
    private Task<T> OffThreadAsync<T>(Func<NpgsqlConnection, T> action) => Task.Run(() => database.Use(action));
}
