using System.Collections.Immutable;
using Amend.Editing.Governance;
using Amend.Tensors;

namespace Amend.Editing.Stores;

/// <summary>What a journal's events say about the edits.</summary>
internal sealed class EditHistory
{
    private const int MostNamed = 10;
    private const int MostBegun = 5;
    private readonly ImmutableHashSet<string> _isApplied;

    /// <summary>Goes through events.</summary>
    /// <param name="events">The events, oldest first.</param>
    /// <param name="before">What is known of their beginning, so that only those behind it are gone through; null for nothing.</param>
    public EditHistory(IReadOnlyList<JournalEntry> events, EditHistory? before = null)
    {
        Events = events;
        List<string> applied = [.. before?.Applied ?? []];
        var isApplied = (before?._isApplied ?? ImmutableHashSet.Create<string>(StringComparer.Ordinal)).ToBuilder();
        foreach (var entry in events.Skip(before?.Events.Count ?? 0))
        {
            if (entry.Op == JournalOp.Revert && isApplied.Remove(entry.Id))
                applied.RemoveAt(applied.LastIndexOf(entry.Id));
            else if (entry.Op == JournalOp.Apply && isApplied.Add(entry.Id))
                applied.Add(entry.Id);
        }

        (Applied, _isApplied) = (applied, isApplied.ToImmutable());
    }

    /// <summary>The events, oldest first.</summary>
    public IReadOnlyList<JournalEntry> Events { get; }

    /// <summary>Ids of the applied edits, in the order of their application.</summary>
    public IReadOnlyList<string> Applied { get; }

    /// <summary>Whether its events are the first of some others, as a journal tells them that was read on.</summary>
    public bool Begins(IReadOnlyList<JournalEntry> events) =>
        Events.Count <= events.Count && (Events.Count == 0 || ReferenceEquals(Events[^1], events[Events.Count - 1]));

    /// <summary>Ids of the edits that were applied right after one was made.</summary>
    /// <exception cref="AmendException">There is no such edit, or there are several.</exception>
    public IReadOnlyList<string> AppliedAt(string start)
    {
        var whole = Find(start);
        var at = Events.TakeWhile(entry => entry.Id != whole || entry.Op != JournalOp.Apply).Count();
        return new EditHistory([.. Events.Take(at + 1)]).Applied;
    }

    /// <summary>What a guard measured at the last application of an edit; null where none watched.</summary>
    public GuardMeasures? GuardOf(string id) => Events.LastOrDefault(entry => entry.Id == id && entry.Op == JournalOp.Apply)?.Guard;

    /// <summary>The whole id of an edit from its first digits.</summary>
    /// <exception cref="AmendException">No edit, or more than one, begins so.</exception>
    public string Find(string start)
    {
        if (start.Length == 0)
            throw new AmendException($"The id '' is empty; give the first digits of one, out of {Applied.Count} applied edits.");
        var known = Events.Select(entry => entry.Id).Distinct().ToList();
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
        if (ids.FirstOrDefault(id => !_isApplied.Contains(id)) is { } missing)
            throw new AmendException($"Edit {missing} is not applied; applied: {Named(Applied)}.");
    }

    private static string Named(IEnumerable<string> ids) => string.Join(", ", ids) is { Length: > 0 } named ? named : "none";
}
