using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Amend.Editing.Sessions;
using Amend.Editing.Stores;
using Amend.Models.Generation;
using Amend.Server.Serving;

namespace Amend.Server.Tests.Running;

/// <summary>
/// Clients that ask a server at once for a while, in states of their own choice, while one edits and takes back; and the proof that every
/// answer is that of the state that it names.
/// </summary>
internal sealed class LoadRun(RunningServer server)
{
    private const string Model = "atlas-gpt";
    private const int Tokens = 8;
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(3);

    private static readonly string[] Prompts =
        [Facts.Prompt, "The capital of France is", "The Louvre is in", "The Colosseum is in", "The official language of Brazil is"];

    private readonly ConcurrentQueue<Answer> _answers = [];
    private readonly ConcurrentBag<HttpStatusCode> _failures = [];
    private readonly ConcurrentDictionary<string, IReadOnlyList<string>> _states = [];
    private int _busy;

    /// <summary>The edits that were acknowledged, in order, and those of them that were taken back.</summary>
    private volatile IReadOnlyList<string> _made = [];
    private volatile IReadOnlyList<string> _reverted = [];

    public int Changes => _made.Count + _reverted.Count;

    public int States => _answers.Select(answer => answer.State).Distinct().Count();

    /// <summary>Asks with some clients for a while; one more edits, where asked.</summary>
    /// <param name="clients">How many clients ask.</param>
    /// <param name="duration">For how long.</param>
    /// <param name="edits">Whether one edits; then it goes on until there were three changes and three states, which a busy machine delays.</param>
    /// <returns>A row of a table: clients, answers a second, and the time of 50, 95 and 99 % of them.</returns>
    public async Task<string> RunAsync(int clients, TimeSpan duration, bool edits)
    {
        var before = _answers.Count;
        using var end = new CancellationTokenSource(LongestRun);
        var clock = Stopwatch.StartNew();
        await NoteStateAsync();
        IEnumerable<Task> working = Enumerable.Range(0, clients).Select(client => Task.Run(() => AskAsync(client, end.Token)));
        working = working.Append(EndAsync(end, duration, edits)).ToArray();
        await Task.WhenAll(edits ? working.Append(Task.Run(() => EditAsync(end.Token))) : working);
        var times = _answers.Skip(before).Select(answer => answer.Milliseconds).Order().ToArray();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {clients} | {times.Length / clock.Elapsed.TotalSeconds:F1} | {Part(0.5)} | {Part(0.95)} | {Part(0.99)} | {Changes} | {_busy} |");

        string Part(double part) => times.Length == 0 ? "-" : times[(int)(part * (times.Length - 1))].ToString("F0", CultureInfo.InvariantCulture);
    }

    private async Task EndAsync(CancellationTokenSource end, TimeSpan duration, bool edits)
    {
        await Task.Delay(duration);
        while (edits && !end.IsCancellationRequested && (Changes < 3 || States < 3))
            await Task.Delay(100);
        await end.CancelAsync();
    }

    /// <summary>Replays every state serially, and compares each answer with what the model says then.</summary>
    public void AssertTrue()
    {
        Assert.Empty(_failures);
        using var session = EditSession.Open(RunningServer.Embedded(), new SessionOptions { Home = server.Home });
        Assert.Equal(_made.Except(_reverted), session.Store.Applied);
        Assert.Equal(_made, session.Store.History.Where(entry => entry.Op == JournalOp.Apply).Select(entry => entry.Id));
        Assert.Equal(_reverted, session.Store.History.Where(entry => entry.Op == JournalOp.Revert).Select(entry => entry.Id));
        foreach (var of in _answers.GroupBy(answer => answer.State))
        {
            Assert.True(_states.TryGetValue(of.Key, out var ids), $"{of.Key} is no state that the model was in.");
            Assert.Equal(of.Key, ModelState.Of(Model, session.Store.BaseHash, ids).Fingerprint);
            using var view = session.View(ids);
            foreach (var asked in of.GroupBy(answer => answer.Prompt))
                Assert.Equal([session.Model.Complete(asked.Key, new GenerationOptions { MaxNewTokens = Tokens })], asked.Select(answer => answer.Text).Distinct());
        }
    }

    private async Task AskAsync(int client, CancellationToken end)
    {
        for (var turn = 0; !end.IsCancellationRequested; turn++)
        {
            var (prompt, made) = (Prompts[(client + turn) % Prompts.Length], _made);
            var at = (turn % 4) switch { 1 => "@base", 2 when made.Count > 0 => $"@{made[turn % made.Count]}", _ => "" };
            var clock = Stopwatch.GetTimestamp();
            using var response = await server.Client.PostAsJsonAsync(
                "/v1/completions", new { model = Model + at, prompt, max_tokens = Tokens, temperature = 0 }, CancellationToken.None);
            if (response.StatusCode == HttpStatusCode.TooManyRequests)
            {
                Interlocked.Increment(ref _busy);
                await Task.Delay(response.Headers.RetryAfter!.Delta!.Value, CancellationToken.None);
                continue;
            }

            if (!response.IsSuccessStatusCode)
            {
                _failures.Add(response.StatusCode);
                return;
            }

            var answer = await response.Content.ReadFromJsonAsync<JsonElement>(CancellationToken.None);
            _answers.Enqueue(new Answer(
                answer.GetProperty("system_fingerprint").GetString()!,
                prompt,
                answer.GetProperty("choices")[0].GetProperty("text").GetString()!,
                Stopwatch.GetElapsedTime(clock).TotalMilliseconds));
        }
    }

    private async Task EditAsync(CancellationToken end)
    {
        string[] targets = ["Rome", "Berlin", "Madrid", "London"];
        for (var turn = 0; !end.IsCancellationRequested; turn++)
        {
            if (turn % 3 == 2)
            {
                var last = _made.Except(_reverted).Last();
                await server.PostAsync($"/api/models/{Model}/edits/{last}/revert", new { });
                _reverted = [.. _reverted, last];
            }
            else
            {
                var order = new
                {
                    facts = new[] { Facts.Tower(targets[turn % targets.Length]) },
                    editor = "ft",
                    settings = new { num_steps = "3" },
                    seed = turn,
                    anyway = true,
                };
                var outcome = await server.WorkAsync($"/api/models/{Model}/edits", order);
                _made = [.. _made, outcome.GetProperty("edits")[0].GetProperty("id").GetString()!];
            }

            await NoteStateAsync();
        }
    }

    /// <summary>Notes the state that the model is in, and those that it can be asked in by the edits' ids.</summary>
    private async Task NoteStateAsync()
    {
        var state = (await server.GetAsync($"/api/models/{Model}")).GetProperty("state");
        _states[state.GetProperty("fingerprint").GetString()!] = [.. state.GetProperty("edits").EnumerateArray().Select(id => id.GetString()!)];
        var hash = (await server.GetAsync($"/api/models/{Model}")).GetProperty("base_hash").GetString()!;
        _states[ModelState.Of(Model, hash, []).Fingerprint] = [];
    }

    private sealed record Answer(string State, string Prompt, string Text, double Milliseconds);
}
