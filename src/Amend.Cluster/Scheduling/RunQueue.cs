namespace Amend.Cluster.Scheduling;

/// <summary>
/// The units of a run that are left, and who has which until when. Rows stay where they are worked on as long as there is enough elsewhere,
/// so that a model's editor keeps what it has prepared. No clock and no database of its own.
/// </summary>
/// <param name="inOrder">Whether the units of a row must follow each other.</param>
internal sealed class RunQueue(bool inOrder)
{
    /// <summary>How often a unit is tried before it is set aside.</summary>
    public const int MostTries = 3;

    private readonly Dictionary<string, SortedDictionary<int, LeftUnit>> _waiting = [];
    private readonly Dictionary<int, Lease> _leased = [];

    /// <summary>Whether nothing is left, neither waiting nor leased.</summary>
    public bool IsEmpty => _leased.Count == 0 && _waiting.Count == 0;

    /// <summary>Whether the unedited answers are still to be asked or being asked, which come before all else.</summary>
    private bool IsUnedited => _waiting.ContainsKey("") || _leased.Values.Any(lease => lease.Unit.Row.Length == 0);

    /// <summary>Adds a unit that waits.</summary>
    public void Add(LeftUnit unit)
    {
        if (!_waiting.TryGetValue(unit.Row, out var row))
            _waiting[unit.Row] = row = [];
        row[unit.Number] = unit;
    }

    /// <summary>Leases units of one row.</summary>
    /// <param name="worker">To whom.</param>
    /// <param name="at">The row that the worker is at; null for none.</param>
    /// <param name="most">Most units.</param>
    /// <param name="until">When the lease ends unless the worker says that it is there.</param>
    public IReadOnlyList<LeftUnit> Take(string worker, string? at, int most, DateTimeOffset until)
    {
        if (RowFor(at) is not { } row)
            return [];
        LeftUnit[] taken = [.. _waiting[row].Values.Take(row.Length == 0 ? 1 : Fair(row, most))];
        foreach (var unit in taken)
        {
            Remove(row, unit.Number);
            _leased[unit.Number] = new Lease(unit with { Tries = unit.Tries + 1 }, worker, until);
        }

        return taken;
    }

    /// <summary>Lets leases of a worker last until another time; those that it does not know of, it never got, and they end.</summary>
    public void Extend(string worker, IReadOnlyList<int> numbers, DateTimeOffset until)
    {
        foreach (var number in numbers)
        {
            if (_leased.TryGetValue(number, out var lease) && lease.Worker == worker)
                _leased[number] = lease with { Until = until };
        }
    }

    /// <summary>Takes a unit out, which is done.</summary>
    /// <returns>Whether it was left.</returns>
    public bool Done(int number)
    {
        if (_leased.Remove(number))
            return true;
        // Its lease had ended, and nobody has begun it again.
        return _waiting.FirstOrDefault(row => row.Value.ContainsKey(number)).Key is { } row && Remove(row, number);
    }

    /// <summary>Takes all units of a row out that wait.</summary>
    /// <returns>Their numbers.</returns>
    public IReadOnlyList<int> End(string row) => _waiting.Remove(row, out var units) ? [.. units.Keys] : [];

    /// <summary>Takes all units out that wait.</summary>
    /// <returns>Their numbers.</returns>
    public IReadOnlyList<int> EndAll() => [.. _waiting.Keys.ToList().SelectMany(End)];

    /// <summary>The row of a unit that is left; null where it is not.</summary>
    public string? RowOf(int number) => _leased.TryGetValue(number, out var lease)
        ? lease.Unit.Row
        : _waiting.FirstOrDefault(row => row.Value.ContainsKey(number)).Key;

    /// <summary>Ends the lease of a unit that failed.</summary>
    /// <returns>Whether it waits again; false where it was tried often enough, or was not leased.</returns>
    public bool Fail(int number)
    {
        if (!_leased.Remove(number, out var lease) || lease.Unit.Tries >= MostTries)
            return false;
        Add(lease.Unit);
        return true;
    }

    /// <summary>Ends the leases that a worker was not heard about for too long.</summary>
    /// <returns>The units that wait again, and those that were tried often enough.</returns>
    public (IReadOnlyList<int> Again, IReadOnlyList<int> Aside) Expire(DateTimeOffset now)
    {
        var ended = _leased.Values.Where(lease => lease.Until < now).Select(lease => lease.Unit.Number).ToLookup(Fail);
        return ([.. ended[true]], [.. ended[false]]);
    }

    /// <summary>Gives back what a worker has not begun, as if it had never been taken.</summary>
    /// <returns>The numbers of those that it had.</returns>
    public IReadOnlyList<int> GiveBack(string worker, IReadOnlyList<int> numbers)
    {
        Lease[] back = [.. _leased.Values.Where(lease => lease.Worker == worker && numbers.Contains(lease.Unit.Number))];
        foreach (var lease in back)
        {
            _leased.Remove(lease.Unit.Number);
            Add(lease.Unit with { Tries = lease.Unit.Tries - 1 });
        }

        return [.. back.Select(lease => lease.Unit.Number)];
    }

    private string? RowFor(string? at)
    {
        if (IsUnedited)
            return _waiting.ContainsKey("") ? "" : null;
        var busy = _leased.Values.Select(lease => lease.Unit.Row).ToHashSet();
        bool IsFree(string row) => !inOrder || !busy.Contains(row);
        if (at is not null && _waiting.ContainsKey(at) && IsFree(at))
            return at;
        // One that nobody is at, and else the longest.
        return _waiting.Where(row => IsFree(row.Key)).OrderBy(row => busy.Contains(row.Key)).ThenByDescending(row => row.Value.Count)
            .ThenBy(row => row.Key, StringComparer.Ordinal).Select(row => row.Key).FirstOrDefault();
    }

    /// <summary>How many units of a row one worker gets: few towards its end, so that the last ones are spread.</summary>
    private int Fair(string row, int most) => inOrder ? 1 : Math.Clamp(_waiting[row].Count / 8, 1, most);

    private bool Remove(string row, int number)
    {
        var removed = _waiting[row].Remove(number);
        if (_waiting[row].Count == 0)
            _waiting.Remove(row);
        return removed;
    }

    private sealed record Lease(LeftUnit Unit, string Worker, DateTimeOffset Until);
}

/// <summary>A unit that is left.</summary>
/// <param name="Number">Its number in the run.</param>
/// <param name="Row">Its row; empty for the unedited answers.</param>
/// <param name="Tries">How often it was begun.</param>
internal sealed record LeftUnit(int Number, string Row, int Tries);
