using Amend.Server.Jobs;

namespace Amend.Server.Tests.Jobs;

public sealed class JobTests
{
    [Fact]
    public async Task Of_very_many_events_the_newest_are_told_in_order()
    {
        const int all = 5000;
        var job = new Job("count", "none", "owner", CancellationToken.None);

        await job.RunAsync(work =>
        {
            for (var i = 0; i < all; i++)
                work.Report(i);
            return Task.FromResult<object>("done");
        });

        var told = new List<JobEvent>();
        await foreach (var one in job.WatchAsync(TestContext.Current.CancellationToken))
            told.Add(one);
        int[] counts = [.. told.Where(one => one.Name == "progress").Select(one => (int)one.Data)];
        Assert.Equal(Enumerable.Range(all - counts.Length, counts.Length), counts);
        Assert.InRange(counts.Length, 1000, all - 1);
        Assert.Equal(JobStatus.Done, told[^1].Data);
    }

    [Fact]
    public async Task A_watcher_who_comes_early_is_told_everything()
    {
        var job = new Job("count", "none", "owner", CancellationToken.None);
        var goOn = new TaskCompletionSource();
        var running = job.RunAsync(async work =>
        {
            work.Report(1);
            await goOn.Task;
            work.Report(2);
            return "done";
        });

        var told = new List<object>();
        await foreach (var one in job.WatchAsync(TestContext.Current.CancellationToken))
        {
            told.Add(one.Data);
            if (one.Data is 1)
                goOn.SetResult();
        }

        await running;
        Assert.Equal([JobStatus.Running, 1, 2, JobStatus.Done], told);
    }
}
