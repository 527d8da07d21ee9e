using Amend.Editing.Log;
using Amend.Editing.Stores;

namespace Amend.Editing.Tests.Log;

public sealed class LogGraphTests
{
    [Fact]
    public void What_goes_on_from_nothing_shares_one_lane()
    {
        var lanes = LogGraph.Of([Entry(3), Entry(2), Entry(1)]);

        Assert.All(lanes, row => Assert.Equal((0, 1, false, false), (row.Own, row.Width, row.IsGoneOnFrom, row.GoesOn)));
    }

    [Fact]
    public void A_chain_stays_in_its_lane_and_others_go_beside_it()
    {
        var lanes = LogGraph.Of([Entry(4, 2), Entry(3), Entry(2, 1), Entry(1)]);

        Assert.Equal([0, 1, 0, 0], lanes.Select(row => row.Own));
        Assert.Equal([0], lanes[1].Passing);
        Assert.Equal([(false, true), (false, false), (true, true), (true, false)], lanes.Select(row => (row.IsGoneOnFrom, row.GoesOn)));
    }

    [Fact]
    public void Two_that_go_on_from_one_join_in_it()
    {
        var lanes = LogGraph.Of([Entry(3, 1), Entry(2, 1), Entry(1)]);

        Assert.Equal([0, 1, 0], lanes.Select(row => row.Own));
        Assert.Equal([1], lanes[2].Joining);
        Assert.Empty(lanes[2].Below);
    }

    [Fact]
    public void One_that_goes_on_from_two_opens_a_lane_and_a_lane_that_ended_is_used_again()
    {
        var lanes = LogGraph.Of([Entry(5, 4, 3), Entry(4), Entry(3, 1), Entry(2), Entry(1)]);

        Assert.Equal([1], lanes[0].Opening);
        Assert.Equal([0, 0, 1, 0, 1], lanes.Select(row => row.Own));
        Assert.Equal([1], lanes[1].Passing);
        Assert.Equal([1], lanes[3].Passing);
    }

    [Fact]
    public void A_lane_to_what_is_left_out_goes_on_to_the_end()
    {
        var lanes = LogGraph.Of([Entry(9, 1), Entry(8)]);

        Assert.Equal([0], lanes[1].Below);
    }

    [Fact]
    public void Every_lane_that_begins_ends_where_it_leads()
    {
        var random = new Random(7);
        for (var trial = 0; trial < 200; trial++)
        {
            LogEntry[] entries =
            [
                .. Enumerable.Range(1, 12).Select(number => Entry(
                    number, [.. Enumerable.Range(1, number - 1).Where(_ => random.Next(number) < 2).OrderDescending()])).Reverse(),
            ];
            Walk(entries, LogGraph.Of(entries));
        }
    }

    /// <summary>Follows the lanes down: each leads from an entry to one that it goes on from, and all arrive.</summary>
    private static void Walk(LogEntry[] entries, IReadOnlyList<LogLanes> rows)
    {
        var carried = new Dictionary<int, HashSet<int>>();
        foreach (var (entry, lanes) in entries.Zip(rows))
        {
            int[] arriving = [.. lanes.Joining, .. lanes.IsGoneOnFrom ? (int[])[lanes.Own] : []];
            var children = entries.Where(other => other.After.Contains(entry.Number)).Select(other => other.Number).ToHashSet();
            Assert.Equal(children.Order(), arriving.SelectMany(lane => carried[lane]).Distinct().Order());
            foreach (var lane in arriving)
                carried.Remove(lane);
            Assert.Equal(lanes.Passing.Order(), carried.Keys.Order());
            int[] leaving = [.. lanes.GoesOn ? (int[])[lanes.Own] : [], .. lanes.Opening];
            Assert.Equal(entry.After.Count, leaving.Length);
            foreach (var lane in leaving)
                carried.Add(lane, [entry.Number]);
            Assert.Equal(carried.Keys.Order(), lanes.Below.Order());
        }

        Assert.Empty(carried);
    }

    private static LogEntry Entry(int number, params int[] after) =>
        new(number, JournalOp.Apply, $"{number:x12}", DateTimeOffset.UnixEpoch, LogState.Applied) { After = after };
}
