namespace Amend.Editing.Log;

/// <summary>
/// Lays a log out in lanes, as version control does: each entry has a lane, and what goes on from another stands above it, joined to it by
/// the lanes between.
/// </summary>
public static class LogGraph
{
    /// <summary>The lanes at each entry, in their order.</summary>
    /// <param name="entries">The entries, the newest first; what an entry goes on from may be missing at the end.</param>
    public static IReadOnlyList<LogLanes> Of(IReadOnlyList<LogEntry> entries)
    {
        var (rows, awaited) = (new List<LogLanes>(), new List<int?>());
        foreach (var entry in entries)
        {
            int[] ending = [.. awaited.Index().Where(lane => lane.Item == entry.Number).Select(lane => lane.Index)];
            var own = ending.Length > 0 ? ending[0] : Free(awaited);
            foreach (var lane in ending)
                awaited[lane] = null;
            int[] passing = [.. awaited.Index().Where(lane => lane.Item is not null).Select(lane => lane.Index)];
            var opening = new List<int>();
            foreach (var (at, earlier) in entry.After.Index())
            {
                var lane = at == 0 ? own : Free(awaited);
                awaited[lane] = earlier;
                if (at > 0)
                    opening.Add(lane);
            }

            rows.Add(new LogLanes(own)
            {
                IsGoneOnFrom = ending.Length > 0,
                GoesOn = entry.After.Count > 0,
                Passing = passing,
                Joining = ending.Length > 0 ? ending[1..] : [],
                Opening = opening,
            });
        }

        return rows;
    }

    private static int Free(List<int?> awaited)
    {
        var lane = awaited.IndexOf(null);
        if (lane >= 0)
            return lane;
        awaited.Add(null);
        return awaited.Count - 1;
    }
}

/// <summary>The lanes at an entry of a log, each by its number from 0.</summary>
/// <param name="Own">The entry's.</param>
public sealed record LogLanes(int Own)
{
    /// <summary>Whether its lane comes from above: a newer entry goes on from it.</summary>
    public required bool IsGoneOnFrom { get; init; }

    /// <summary>Whether its lane goes on below, to what it goes on from.</summary>
    public required bool GoesOn { get; init; }

    /// <summary>The lanes that go by.</summary>
    public required IReadOnlyList<int> Passing { get; init; }

    /// <summary>The lanes from above that end in it, beside its own.</summary>
    public required IReadOnlyList<int> Joining { get; init; }

    /// <summary>The lanes that begin in it and go down, beside its own.</summary>
    public required IReadOnlyList<int> Opening { get; init; }

    /// <summary>The lanes that go on below it.</summary>
    public IReadOnlyList<int> Below => [.. Passing, .. Opening, .. GoesOn ? (int[])[Own] : []];

    /// <summary>How many lanes it needs room for.</summary>
    public int Width => Below.Concat(Joining).Append(Own).Max() + 1;
}
