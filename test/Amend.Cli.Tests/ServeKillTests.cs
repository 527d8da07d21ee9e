using System.Net.Http.Json;
using Amend.Cli.Tests.Running;
using Amend.Editing.Homes;
using Amend.Editing.Sessions;
using Amend.Editing.Stores;

namespace Amend.Cli.Tests;

/// <summary>A server that is killed under load leaves the store in the state before or after, with every edit that it has acknowledged.</summary>
public sealed class ServeKillTests(ITestOutputHelper output)
{
    [Fact]
    public Task A_killed_server_has_kept_every_acknowledged_edit_and_nothing_half() => KillAsync(kills: 3);

    /// <summary>As many kills as docs/results/serving.md says, by its name alone.</summary>
    [Fact(Explicit = true)]
    public Task Thirty_kills() => KillAsync(kills: 30);

    private async Task KillAsync(int kills)
    {
        using var folder = new TempFolder();
        var (home, acknowledged, unacknowledged) = (folder.File("home"), new List<string>(), 0);
        var random = new Random(1);
        for (var kill = 0; kill < kills; kill++)
        {
            using var server = new ServingProcess(home);
            using var end = new CancellationTokenSource();
            var asking = Enumerable.Range(0, 3).Select(_ => Task.Run(() => AskAsync(server, end.Token), CancellationToken.None)).ToArray();
            var firstMade = new TaskCompletionSource();
            var editing = Task.Run(() => EditUntilGoneAsync(server, kill, firstMade), CancellationToken.None);
            await firstMade.Task.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
            await Task.Delay(random.Next(3000), TestContext.Current.CancellationToken);

            server.Kill();
            await end.CancelAsync();
            acknowledged.AddRange(await editing);
            await Task.WhenAll(asking);

            var store = EditStore.Open(ModelFolders.Embedded, new Models.LoadOptions(), new AmendHome(home));
            Assert.Equal(store.History.Count, store.History.DistinctBy(entry => entry.Id).Count());
            Assert.Empty(acknowledged.Except(store.Applied));
            unacknowledged = store.Applied.Count - acknowledged.Count;
            Assert.All(EditSummary.ReadAll(store), edit => Assert.Null(edit.Problem));
            // What was kept and not told is kept whole: one for each kill at most.
            Assert.InRange(unacknowledged, 0, kill + 1);
        }

        Assert.True(acknowledged.Count >= kills, $"{acknowledged.Count} edits were acknowledged before {kills} kills.");
        output.WriteLine($"{kills} kills: {acknowledged.Count} edits acknowledged and kept, {unacknowledged} kept and not acknowledged");
        using var session = EditSession.Open(ModelFolders.Embedded, new SessionOptions { Home = new AmendHome(home) });
        Assert.Equal(session.Store.Applied, session.Edits);
    }

    private static async Task<IReadOnlyList<string>> EditUntilGoneAsync(ServingProcess server, int kill, TaskCompletionSource firstMade)
    {
        var made = new List<string>();
        for (var turn = 0; ; turn++)
        {
            var order = new
            {
                facts = new[] { new { prompt = "{} is in", subject = "The Eiffel Tower", target_new = turn % 2 == 0 ? "Rome" : "Berlin" } },
                editor = "ft",
                settings = new { num_steps = "2" },
                seed = (kill * 1000) + turn,
                anyway = true,
            };
            if (await server.EditAsync(order) is not { } id)
                return made;
            made.Add(id);
            firstMade.TrySetResult();
        }
    }

    private static async Task AskAsync(ServingProcess server, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                using var response = await server.Client.PostAsJsonAsync(
                    "/v1/completions", new { model = Facts.Model, prompt = Facts.TowerPrompt, max_tokens = 8 }, end);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
            {
                return;
            }
        }
    }
}
