using Amend.Cluster.Scheduling;

namespace Amend.Cluster.Tests;

public sealed class RunQueueTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Later = Now.AddSeconds(20);

    [Fact]
    public void The_unedited_model_is_asked_before_all_else()
    {
        var queue = Queue(units: 2, "rome");
        queue.Add(new LeftUnit(0, "", 0));

        var first = Assert.Single(queue.Take("a", null, 8, Later));
        Assert.Equal(0, first.Number);
        Assert.Empty(queue.Take("b", null, 8, Later));

        Assert.True(queue.Done(0));
        Assert.Equal([1], queue.Take("b", null, 1, Later).Select(unit => unit.Number));
    }

    [Fact]
    public void A_worker_stays_at_its_row_and_another_gets_one_that_nobody_is_at()
    {
        var queue = Queue(units: 20, "rome", "memit");

        Assert.All(queue.Take("a", null, 2, Later), unit => Assert.Equal("memit", unit.Row));
        Assert.All(queue.Take("b", null, 2, Later), unit => Assert.Equal("rome", unit.Row));
        Assert.All(queue.Take("a", "memit", 2, Later), unit => Assert.Equal("memit", unit.Row));
        Assert.All(queue.Take("b", "gone", 2, Later), unit => Assert.True(unit.Row is "rome" or "memit"));
    }

    [Fact]
    public void Towards_its_end_a_row_is_handed_out_one_by_one()
    {
        var queue = Queue(units: 64, "rome");

        Assert.Equal(8, queue.Take("a", null, 8, Later).Count);
        while (queue.Take("a", null, 8, Later).Count > 1)
        {
        }

        Assert.Single(queue.Take("b", null, 8, Later));
    }

    [Fact]
    public void What_a_worker_has_that_is_not_heard_of_waits_again_until_it_was_tried_often_enough()
    {
        var queue = Queue(units: 1, "rome");
        for (var attempt = 1; attempt <= RunQueue.MostTries; attempt++)
        {
            Assert.Equal(1, Assert.Single(queue.Take("a", null, 8, Later)).Number);
            Assert.Equal(([], []), Lists(queue.Expire(Later)));
            var (again, aside) = queue.Expire(Later.AddSeconds(1));
            Assert.Equal(attempt < RunQueue.MostTries ? [1] : [], again);
            Assert.Equal(attempt < RunQueue.MostTries ? [] : [1], aside);
        }

        Assert.True(queue.IsEmpty);
    }

    [Fact]
    public void A_beat_keeps_what_the_worker_knows_of_alone()
    {
        var queue = Queue(units: 16, "rome");
        queue.Take("a", null, 2, Later);

        queue.Extend("a", [1], Later.AddSeconds(20));
        queue.Extend("b", [2], Later.AddSeconds(20));

        Assert.Equal([2], queue.Expire(Later.AddSeconds(1)).Again);
    }

    [Fact]
    public void A_unit_that_is_done_after_its_lease_had_ended_is_done()
    {
        var queue = Queue(units: 1, "rome");
        queue.Take("a", null, 1, Later);
        queue.Expire(Later.AddSeconds(1));

        Assert.True(queue.Done(1));
        Assert.False(queue.Done(1));
        Assert.True(queue.IsEmpty);
    }

    [Fact]
    public void What_is_given_back_was_never_tried()
    {
        var queue = Queue(units: 16, "rome");
        queue.Take("a", null, 2, Later);

        Assert.Equal([1, 2], queue.GiveBack("a", [1, 2]).Order());

        Assert.Equal(0, queue.Take("b", null, 1, Later)[0].Tries);
    }

    [Fact]
    public void Where_a_guard_may_end_a_row_its_units_follow_each_other()
    {
        var queue = new RunQueue(inOrder: true);
        foreach (var number in (int[])[1, 2, 3])
            queue.Add(new LeftUnit(number, "rome", 0));

        Assert.Equal([1], queue.Take("a", null, 8, Later).Select(unit => unit.Number));
        Assert.Empty(queue.Take("b", null, 8, Later));
        queue.Done(1);
        Assert.Equal([2], queue.Take("b", null, 8, Later).Select(unit => unit.Number));
        Assert.Equal([3], queue.End("rome"));
    }

    private static (int[] Again, int[] Aside) Lists((IReadOnlyList<int> Again, IReadOnlyList<int> Aside) expired) =>
        ([.. expired.Again], [.. expired.Aside]);

    private static RunQueue Queue(int units, params string[] rows)
    {
        var queue = new RunQueue(inOrder: false);
        foreach (var (at, row) in rows.Index())
        {
            foreach (var unit in Enumerable.Range(1, units))
                queue.Add(new LeftUnit((at * units) + unit, row, 0));
        }

        return queue;
    }
}
