using Amend.Server.Tests.Running;

namespace Amend.Server.Tests.Serving;

public sealed class LoadTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Answers_under_load_with_edits_between_belong_to_their_states_and_no_edit_is_lost_or_doubled()
    {
        await using var server = await RunningServer.StartAsync();
        var run = new LoadRun(server);

        output.WriteLine(await run.RunAsync(clients: 8, TimeSpan.FromSeconds(5), edits: true));

        await server.StopAsync();
        Assert.True(run.Changes >= 3 && run.States >= 3, $"{run.Changes} changes, {run.States} states");
        run.AssertTrue();
    }

    /// <summary>The run of docs/results/serving.md, by its name alone: <c>-explicit only -method "*Sixty_four*"</c>.</summary>
    [Fact(Explicit = true)]
    public async Task Sixty_four_clients_for_a_minute()
    {
        await using var server = await RunningServer.StartAsync();
        var run = new LoadRun(server);

        output.WriteLine("| clients | answers a second | p50, ms | p95, ms | p99, ms | changes | 429 |");
        output.WriteLine("|---|---|---|---|---|---|---|");
        output.WriteLine(await run.RunAsync(clients: 1, TimeSpan.FromSeconds(15), edits: false));
        output.WriteLine(await run.RunAsync(clients: 64, TimeSpan.FromSeconds(10), edits: true));
        var warm = Environment.WorkingSet;
        output.WriteLine(await run.RunAsync(clients: 64, TimeSpan.FromSeconds(60), edits: true));
        output.WriteLine($"working set: {warm >> 20} MiB after the warm-up, {Environment.WorkingSet >> 20} MiB at the end");

        await server.StopAsync();
        run.AssertTrue();
    }
}
