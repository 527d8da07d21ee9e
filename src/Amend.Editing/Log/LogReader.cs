using Amend.Editing.Stores;
using Amend.Tensors;

namespace Amend.Editing.Log;

/// <summary>Makes the entries of a log of a store's journal and the records of its edits.</summary>
/// <param name="store">The store.</param>
internal sealed class LogReader(EditStore store)
{
    private readonly Dictionary<string, EditRecord?> _records = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _problems = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _last = new(StringComparer.Ordinal);
    private readonly Dictionary<int, HashSet<int>> _ancestors = [];

    /// <summary>The entries, the oldest first.</summary>
    /// <exception cref="AmendException">The journal cannot be read.</exception>
    public IReadOnlyList<LogEntry> Read()
    {
        var (history, applied) = (store.History, store.Applied.ToHashSet(StringComparer.Ordinal));
        var steps = history.ToLookup(entry => entry.Time); // What is written in one step has one time.
        var superseded = applied.SelectMany(SupersededBy).ToHashSet(StringComparer.Ordinal);
        var entries = new List<LogEntry>();
        foreach (var (at, (op, id, time)) in history.Index())
        {
            var step = steps[time].ToLookup(other => other.Op, other => other.Id);
            if (op == JournalOp.Revert && step[JournalOp.Apply].Any(other => SupersededBy(other).Contains(id)))
                continue; // A part of the entry of the edit that replaced it.
            string[] replaced = [.. op == JournalOp.Apply ? step[JournalOp.Revert].Where(SupersededBy(id).Contains) : []];
            var state = !applied.Contains(id) ? LogState.Reverted : superseded.Contains(id) ? LogState.Superseded : LogState.Applied;
            entries.Add(Describe(new LogEntry(at + 1, op, id, time, state) { After = GoesOnFrom(at + 1, op, id), Replaces = replaced }));
            foreach (var touched in replaced.Append(id))
                _last[touched] = at + 1;
        }

        return entries;
    }

    private List<int> GoesOnFrom(int number, JournalOp op, string id)
    {
        int[] from = _last.TryGetValue(id, out var own)
            ? [own]
            : [.. op == JournalOp.Apply ? SupersededBy(id).Where(_last.ContainsKey).Select(earlier => _last[earlier]).Distinct() : []];
        List<int> nearest = [.. from.Where(one => !from.Any(other => _ancestors[other].Contains(one))).OrderDescending()];
        _ancestors[number] = [.. nearest, .. nearest.SelectMany(one => _ancestors[one])];
        return nearest;
    }

    private LogEntry Describe(LogEntry entry)
    {
        if (RecordOf(entry.Id) is not { } record)
            return entry with { Problem = _problems[entry.Id] };
        var described = entry with
        {
            Supersedes = record.Supersedes ?? [],
            TogetherWith = record.TogetherWith.Count,
            Editor = record.Editor,
            Layers = record.Layers,
            Import = record.Import,
        };
        return record.Import is not null ? described : described with
        {
            Prompt = record.Request.FilledPrompt,
            Subject = record.Request.Subject,
            TargetOld = EarlierTargetOf(record) ?? record.Request.TargetTrue,
            TargetNew = record.Request.TargetNew,
        };
    }

    /// <summary>The new object of the last edit whose place one took, for its first fact.</summary>
    private string? EarlierTargetOf(EditRecord record) => (record.Supersedes ?? [])
        .Reverse()
        .SelectMany(id => RecordOf(id)?.Requests ?? [])
        .FirstOrDefault(record.Request.AsksTheSameAs)?
        .TargetNew;

    private IReadOnlyList<string> SupersededBy(string id) => RecordOf(id)?.Supersedes ?? [];

    private EditRecord? RecordOf(string id)
    {
        if (_records.TryGetValue(id, out var known))
            return known;
        try
        {
            return _records[id] = store.RecordOf(id);
        }
        catch (AmendException e)
        {
            _problems[id] = e.Message;
            return _records[id] = null;
        }
    }
}
