using System.Globalization;
using Amend.Editing.Log;
using Amend.Editing.Stores;

namespace Amend.Cli.Rendering;

/// <summary>A log as a graph of lines, the newest entry first.</summary>
internal static class LogView
{
    /// <summary>Prints it.</summary>
    public static void Print(EditLog log)
    {
        if (log.Entries.Count == 0)
        {
            Terminal.Line("The model has no edits.");
            return;
        }

        foreach (var line in Lines(log.Entries))
            Terminal.Line(line);
        if (log.Entries.Count < log.Events)
        {
            Terminal.Line();
            Terminal.Line($"{log.Entries.Count} of {log.Events} entries; without --limit all are shown.");
        }
    }

    /// <summary>The graph's lines; an empty one parts entries that no lane joins.</summary>
    internal static IEnumerable<string> Lines(IReadOnlyList<LogEntry> entries)
    {
        foreach (var (entry, lanes) in entries.Zip(LogGraph.Of(entries)))
        {
            if (lanes.Joining.Count > 0)
                yield return Branches(lanes, lanes.Joining, ('╰', '╯', '┴'));
            var width = (2 * lanes.Width) - 1;
            var beside = Lanes(lanes.GoesOn ? [.. lanes.Passing, lanes.Own] : lanes.Passing).PadRight(width);
            yield return $"{Lanes([.. lanes.Passing, lanes.Own], lanes.Own, Mark(entry)).PadRight(width)}  {Heading(entry)}";
            foreach (var line in Details(entry))
                yield return $"{beside}  {line}";
            if (lanes.Opening.Count > 0)
                yield return Branches(lanes, lanes.Opening, ('╭', '╮', '┬'));
            yield return Lanes(lanes.Below);
        }
    }

    private static char Mark(LogEntry entry) => (entry.Op, entry.State) switch
    {
        (JournalOp.Revert, _) => '×',
        (_, LogState.Applied) => '●',
        (_, LogState.Superseded) => '◐',
        _ => '○',
    };

    private static string Heading(LogEntry entry)
    {
        var time = entry.Time.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        if (entry.Op == JournalOp.Revert)
            return $"{entry.Id}  taken back  {time}";
        var made = entry.Editor is { } editor ? $"  {MadeWith.Describe(editor, entry.Layers)}" : "";
        return $"{entry.Id}  {$"{entry.State}".ToLowerInvariant()}  {time}{made}";
    }

    private static IEnumerable<string> Details(LogEntry entry)
    {
        yield return entry.Prompt is { } prompt && entry.Subject is not null ? $"{entry.Fact}  \"{prompt}\"" : entry.Fact;
        if (entry.Op == JournalOp.Revert || entry.Supersedes.Count == 0)
            yield break;
        string[] below = [.. entry.Supersedes.Except(entry.Replaces)];
        if (entry.Replaces.Count > 0)
            yield return $"replaces {string.Join(", ", entry.Replaces)}";
        if (below.Length > 0)
            yield return $"supersedes {string.Join(", ", below)}";
    }

    /// <summary>Lanes side by side, each as a line down, and the entry's own as its mark.</summary>
    private static string Lanes(IReadOnlyList<int> active, int own = -1, char mark = ' ')
    {
        var lanes = Enumerable.Range(0, active.Count == 0 ? 0 : active.Max() + 1);
        return string.Join(' ', lanes.Select(lane => lane == own ? mark : active.Contains(lane) ? '│' : ' '));
    }

    /// <summary>A line of branches between an entry's own lane and others.</summary>
    /// <param name="lanes">The lanes at the entry.</param>
    /// <param name="others">The lanes that are joined to its own.</param>
    /// <param name="corners">What stands at the leftmost of them, at the rightmost, and at others.</param>
    private static string Branches(LogLanes lanes, IReadOnlyList<int> others, (char Left, char Right, char Between) corners)
    {
        int[] joined = [.. others, lanes.Own];
        var (first, last, passing) = (joined.Min(), joined.Max(), lanes.Passing);
        var line = Enumerable.Range(0, (2 * Math.Max(last, passing.DefaultIfEmpty().Max())) + 1).Select(column =>
        {
            var (lane, inside) = (column / 2, column > 2 * first && column < 2 * last);
            if (column % 2 == 1)
                return inside ? '─' : ' ';
            if (lane == lanes.Own)
                return lane == first ? '├' : lane == last ? '┤' : '┼';
            if (others.Contains(lane))
                return lane == first ? corners.Left : lane == last ? corners.Right : corners.Between;
            return passing.Contains(lane) ? inside ? '┼' : '│' : inside ? '─' : ' ';
        });
        return string.Concat(line);
    }
}
