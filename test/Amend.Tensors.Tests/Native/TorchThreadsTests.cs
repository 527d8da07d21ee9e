using Amend.Tensors.Native;

namespace Amend.Tensors.Tests.Native;

public sealed class TorchThreadsTests
{
    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(1000, 1)]
    [InlineData(1000, 2)]
    [InlineData(1000, 5)]
    public void Each_share_is_done_once(int shares, int threads)
    {
        var times = new int[shares];

        TorchThreads.Share(shares, threads, share => Interlocked.Increment(ref times[share]));

        Assert.All(times, time => Assert.Equal(1, time));
    }

    [Fact]
    public void Shares_are_done_in_as_many_threads_as_are_asked_for()
    {
        using var meeting = new CountdownEvent(3);

        TorchThreads.Share(3, threads: 3, _ =>
        {
            meeting.Signal();
            Assert.True(meeting.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void What_a_share_throws_arrives(int threads)
    {
        var failure = Assert.Throws<InvalidOperationException>(() => TorchThreads.Share(9, threads, share =>
        {
            if (share == 7)
                throw new InvalidOperationException("the seventh");
        }));

        Assert.Equal("the seventh", failure.Message);
    }

    [Fact]
    public void Several_callers_share_at_once()
    {
        var sums = new long[4];
        var callers = Enumerable.Range(0, sums.Length).Select(caller => new Thread(() =>
        {
            for (var turn = 0; turn < 50; turn++)
                TorchThreads.Share(20, threads: 2, share => Interlocked.Add(ref sums[caller], share));
        })).ToArray();

        Array.ForEach(callers, caller => caller.Start());
        Array.ForEach(callers, caller => caller.Join());

        Assert.All(sums, sum => Assert.Equal(50 * 190, sum));
    }
}
