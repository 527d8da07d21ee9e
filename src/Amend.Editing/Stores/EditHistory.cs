using Amend.Editing.Governance;
using Amend.Tensors;

namespace Amend.Editing.Stores;

/// <summary>What a journal's events say about the edits.</summary>
/// <param name="events">The events, oldest first.</param>
internal sealed class EditHistory(IReadOnlyList<JournalEntry> events)
{
    private const int MostNamed = 10;
    private const int MostBegun = 5;
    private readonly Lazy<IReadOnlyList<string>> _applied = new(() => AppliedAfter(events));

    /// <summary>The events, oldest first.</summary>
    public IReadOnlyList<JournalEntry> Events => events;

    /// <summary>Ids of the applied edits, in the order of their application.</summary>
    public IReadOnlyList<string> Applied => _applied.Value;

    /// <summary>Ids of the edits that were applied right after one was made.</summary>
    /// <exception cref="AmendException">There is no such edit, or there are several.</exception>
    public IReadOnlyList<string> AppliedAt(string start)
    {
        var whole = Find(start);
        var at = events.TakeWhile(entry => entry.Id != whole || entry.Op != JournalOp.Apply).Count();
        return AppliedAfter(events.Take(at + 1));
    }

    /// <summary>What a guard measured at the last application of an edit; null where none watched.</summary>
    public GuardMeasures? GuardOf(string id) => events.LastOrDefault(entry => entry.Id == id && entry.Op == JournalOp.Apply)?.Guard;

    /// <summary>The whole id of an edit from its first digits.</summary>
    /// <exception cref="AmendException">No edit, or more than one, begins so.</exception>
    public string Find(string start)
    {
        if (start.Length == 0)
            throw new AmendException($"The id '' is empty; give the first digits of one, out of {Applied.Count} applied edits.");
        var known = events.Select(entry => entry.Id).Distinct().ToList();
        var found = known.Where(id => id.StartsWith(start, StringComparison.Ordinal)).ToList();
        return found.Count switch
        {
            1 => found[0],
            0 => throw new AmendException($"There is no edit '{start}' of this model; it has {Named(known.TakeLast(MostNamed))}."),
            _ => throw new AmendException($"'{start}' begins {found.Count} ids ({Named(found.Take(MostBegun))}); give more digits."),
        };
    }

    /// <summary>Refuses ids that are not applied.</summary>
    /// <exception cref="AmendException">There is one.</exception>
    public void RequireApplied(IReadOnlyList<string> ids)
    {
        if (ids.Except(Applied).FirstOrDefault() is { } missing)
            throw new AmendException($"Edit {missing} is not applied; applied: {Named(Applied)}.");
    }

    private static string Named(IEnumerable<string> ids) => string.Join(", ", ids) is { Length: > 0 } named ? named : "none";

    private static List<string> AppliedAfter(IEnumerable<JournalEntry> entries)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (place, entry) in entries.Index())
        {
            if (entry.Op == JournalOp.Revert)
                places.Remove(entry.Id);
            else
                places.TryAdd(entry.Id, place);
        }

        return [.. places.OrderBy(one => one.Value).Select(one => one.Key)];
    }
}
