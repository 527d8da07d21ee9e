using System.IO.Pipes;
using System.Text.Encodings.Web;
using System.Text.Json;
using Amend.Editing.Homes;
using Amend.Editing.Sessions;
using Amend.Server.Security;
using Amend.Server.Tests.Running;
using Amend.Tensors;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Server;

namespace Amend.Server.Tests.Agents;

/// <summary>Agents of the official client against a running server, over each transport.</summary>
public sealed class AgentTests
{
    private static readonly JsonSerializerOptions Written = new(McpJsonUtilities.DefaultOptions) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string[] Looking = ["models", "ask", "trace", "list", "show"];
    private static readonly string[] Editing = ["preview", "commit", "edit", "check", "revert"];

    [Theory]
    [InlineData("stdio", "owner edit stdio")]
    [InlineData("http", "agent edit 127.0.0.1")]
    public async Task The_whole_way_from_a_question_over_a_preview_to_an_edit_and_back(string transport, string who)
    {
        await using var agent = await Agent.StartAsync(transport, Role.Edit);
        var (before, said) = (await StateAsync(agent), await agent.SaidAsync());
        var heard = new Heard();

        var preview = await agent.CallAsync("preview", Facts.Edit(), heard);
        Assert.Equal(before, await StateAsync(agent));
        Assert.Equal(1, preview.GetProperty("check").GetProperty("given").GetInt32());
        Assert.True(heard.Steps.Count > 1 && heard.Steps.SequenceEqual(heard.Steps.Order()), string.Join(' ', heard.Steps));

        var kept = await agent.CallAsync("commit", new { preview = preview.GetProperty("id").GetString() });
        var id = kept.GetProperty("edits")[0].GetProperty("id").GetString()!;
        Assert.StartsWith(" Rome", await agent.SaidAsync(), StringComparison.Ordinal);
        Assert.Equal(said, await agent.SaidAsync("base"));
        Assert.Equal(id, (await agent.CallAsync("list")).GetProperty("edits")[0].GetProperty("id").GetString());
        Assert.Equal(id, (await agent.CallAsync("show", new { id = id[..6] })).GetProperty("id").GetString());
        var check = await agent.CallAsync("check", new { gate = "plain: { prompts: 1 }" });
        Assert.Equal(JsonValueKind.Object, check.GetProperty("gate").ValueKind);
        Assert.Contains("no preview", await agent.RefusalAsync("commit", new { preview = preview.GetProperty("id").GetString() }), StringComparison.Ordinal);

        var reverted = await agent.CallAsync("revert", new { ids = new[] { id } });
        Assert.Equal(Members<RevertOutcome>(), reverted.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal((before, said), (await StateAsync(agent), await agent.SaidAsync()));
        Assert.Equal([$"{who} commit done", $"{who} commit", $"{who} revert done"], agent.Audit().Select((line, at) => at == 1 ? line[..$"{who} commit".Length] : line));
    }

    [Theory]
    [InlineData("stdio")]
    [InlineData("http")]
    public async Task An_edit_is_kept_at_once_and_all_are_taken_back(string transport)
    {
        await using var agent = await Agent.StartAsync(transport, Role.Admin);

        var outcome = await agent.CallAsync("edit", Facts.Edit());

        Assert.Equal(Members<EditOutcome>(), outcome.EnumerateObject().Select(member => member.Name).Order());
        Assert.StartsWith(" Rome", await agent.SaidAsync(), StringComparison.Ordinal);
        Assert.Empty((await agent.CallAsync("revert", new { all = true })).GetProperty("applied").EnumerateArray());
        Assert.Equal(["edit done", "revert done"], agent.Audit().Select(line => string.Join(' ', line.Split(' ')[3..])));
    }

    [Theory]
    [InlineData("stdio")]
    [InlineData("http")]
    public async Task Calls_at_once_are_each_answered_and_a_trace_is_of_the_state_that_was_asked(string transport)
    {
        await using var agent = await Agent.StartAsync(transport, Role.Ask);
        string[] subjects = ["The Eiffel Tower", "The Grand Palais", "LeBron James", "Rome"];

        var tracing = agent.CallAsync("trace", new { prompt = Facts.Prompt, subject = "The Eiffel Tower", kinds = new[] { "mlp" }, samples = 2, at = "base" });
        var answers = await Task.WhenAll(subjects.Concat(subjects).Select(subject => agent.CallAsync("ask", new { prompt = $"{subject} is", tokens = 2 })));

        Assert.Equal(subjects.Concat(subjects), answers.Select(answer => answer.GetProperty("prompt").GetString()![..^" is".Length]));
        Assert.Equal(answers[..4].Select(answer => answer.GetRawText()), answers[4..].Select(answer => answer.GetRawText()));
        var traced = await tracing;
        Assert.Equal(await StateAsync(agent), traced.GetProperty("state").GetProperty("fingerprint").GetString());
        Assert.True(traced.GetProperty("trace").EnumerateObject().Count() > 3);
    }

    [Theory]
    [InlineData("stdio")]
    [InlineData("http")]
    [InlineData("http session")]
    public async Task A_role_has_its_tools_alone(string transport)
    {
        using var tiny = new TinyModelFolder();
        await using var agent = await Agent.StartAsync(transport, Role.Ask, tiny.Path);

        Assert.Equal(Looking, (await agent.Client.ListToolsAsync()).Select(tool => tool.Name));
        foreach (var tool in Editing)
            Assert.Equal($"The role here is ask, and '{tool}' needs edit; ask with another role.", await agent.RefusalAsync(tool, Facts.Edit()));
        Assert.Empty(agent.Audit());
        Assert.NotEmpty((await agent.CallAsync("ask", new { prompt = "Rome", tokens = 1 })).GetProperty("top").EnumerateArray());
    }

    [Fact]
    public async Task Tools_tell_what_they_take_and_do()
    {
        using var tiny = new TinyModelFolder();
        await using var agent = await Agent.StartAsync("stdio", Role.Edit, tiny.Path);

        var tools = await agent.Client.ListToolsAsync();

        Assert.Equal([.. Looking, .. Editing], tools.Select(tool => tool.Name));
        Assert.All(tools, tool => Assert.All(
            tool.JsonSchema.GetProperty("properties").EnumerateObject(),
            member => Assert.True(member.Value.TryGetProperty("description", out _), $"{tool.Name}: {member.Name}")));
        var ask = tools.Single(tool => tool.Name == "ask");
        Assert.Equal(["prompt"], ask.JsonSchema.GetProperty("required").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal("atlas-gpt", ask.JsonSchema.GetProperty("properties").GetProperty("model").GetProperty("enum")[0].GetString());
        Assert.True(ask.ProtocolTool.Annotations!.ReadOnlyHint);
        Assert.True(tools.Single(tool => tool.Name == "edit").ProtocolTool.Annotations!.DestructiveHint);
        Assert.Contains("atlas-gpt", agent.Client.ServerInstructions, StringComparison.Ordinal);
        ReviewedFile.Matches("docs/formats/tools.json", JsonSerializer.Serialize(tools.Select(tool => tool.ProtocolTool), Written));
    }

    [Theory]
    [InlineData("ask", """{}""", "'ask' was called without 'prompt'; give it.")]
    [InlineData("ask", """{"prompt": "a", "topk": 3}""", "'ask' has no argument 'topk'; it takes model, prompt,")]
    [InlineData("ask", """{"prompt": 3}""", "The arguments of 'ask' cannot be read at '$.prompt'; its input schema says what is expected.")]
    [InlineData("ask", """{"prompt": null}""", "The arguments of 'ask' cannot be read")]
    [InlineData("ask", """{"prompt": "a", "model": "other"}""", "There is no model 'other' here; there are 'atlas-gpt'.")]
    [InlineData("ask", """{"prompt": "a", "model": 4}""", "'model' is no text; give the name of a model.")]
    [InlineData("ask", """{"prompt": "a", "at": "../x"}""", "'../x'")]
    [InlineData("ask", """{"prompt": "", "tokens": 2}""", "The prompt is empty")]
    [InlineData("ask", """{"prompt": "a", "tokens": 100000}""", "tokens 100000")]
    [InlineData("asks", """{"prompt": "a"}""", "There is no tool 'asks'; there are models, ask,")]
    [InlineData("show", """{"id": "0123456789ab"}""", "0123456789ab")]
    [InlineData("revert", """{}""", "0 ids and not all were given to take back; give ids, or all as true.")]
    [InlineData("revert", """{"ids": ["0123456789ab"]}""", "0123456789ab")]
    [InlineData("preview", """{"facts": [{"subject": "x"}]}""", "The arguments of 'preview' cannot be read at '$.facts[0]'")]
    [InlineData("preview", """{"facts": [{"prompt": "{} is in", "subject": "x", "target_new": "y", "target": "z"}]}""", "at '$.facts[0].target'")]
    [InlineData("preview", """{}""", "0 facts and no suite were given")]
    [InlineData("edit", """{"suite": "counterfact:/etc/passwd"}""", "is no suite and no file")]
    [InlineData("edit", """{"facts": [{"prompt": "{} is in", "subject": "Rome", "target_new": "Goa"}], "editor": "nobody"}""", "nobody")]
    [InlineData("trace", """{"prompt": "Rome is in", "subject": "Goa"}""", "Goa")]
    [InlineData("check", """{"gate": "!!python/object:os.system {}"}""", "gate")]
    public async Task What_cannot_be_done_is_refused_in_a_sentence_and_changes_nothing(string tool, string arguments, string expected)
    {
        using var tiny = new TinyModelFolder();
        await using var agent = await Agent.StartAsync("stdio", Role.Edit, tiny.Path);
        var before = await StateAsync(agent);

        var refusal = await agent.RefusalAsync(tool, arguments);

        Assert.Contains(expected, refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", refusal, StringComparison.Ordinal);
        Assert.Equal(before, await StateAsync(agent));
    }

    [Theory]
    [InlineData("stdio")]
    [InlineData("http")]
    [InlineData("http session")]
    public async Task A_call_that_is_given_up_ends_its_work(string transport)
    {
        await using var agent = await Agent.StartAsync(transport, Role.Edit);
        var before = await StateAsync(agent);
        using var stop = new CancellationTokenSource();
        var heard = new Heard { Told = () => stop.CancelAfter(TimeSpan.FromMilliseconds(1)) };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => agent.CallAsync(
            "preview", new { suite = "atlas-counterfact", cases = 200, in_turn = true }, heard, stop.Token));

        // A look waits for the change before it: this one is answered because the change has ended early.
        Assert.Equal(before, await StateAsync(agent).WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Empty((await agent.CallAsync("list")).GetProperty("edits").EnumerateArray());
    }

    [Fact]
    public async Task A_model_that_cannot_be_read_ends_the_server_with_its_sentence()
    {
        using var folder = new TempFolder();
        folder.Write("config.json", "{}"u8.ToArray());
        var setup = new ServerSetup([new ModelToServe("broken", folder.Path)], new SessionOptions { Home = new AmendHome(folder.File("home")) });
        using var input = new AnonymousPipeServerStream(PipeDirection.In);

        var failure = await Assert.ThrowsAnyAsync<AmendException>(() => AmendAgents.RunAsync(
            setup, Role.Ask, logs => new StreamServerTransport(input, Stream.Null, "amend", logs), builder => builder.Logging.ClearProviders(), TestContext.Current.CancellationToken));

        Assert.Contains(folder.Path, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_http_each_request_has_the_role_of_its_own_key()
    {
        using var tiny = new TinyModelFolder();
        var (admin, reader) = ("", "");
        await using var server = await RunningServer.StartAsync(
            home => (admin, reader) = (new KeyRing(home).Add("admin", Role.Admin).Key, new KeyRing(home).Add("reader", Role.Ask).Key),
            models: new ModelToServe("tiny", tiny.Path));

        await using var first = await Agent.ConnectAsync(server, admin);
        await using var second = await Agent.ConnectAsync(server, reader);

        Assert.Equal(10, (await first.ListToolsAsync()).Count);
        Assert.Equal(5, (await second.ListToolsAsync()).Count);
        Assert.Contains("401", (await Assert.ThrowsAnyAsync<Exception>(() => Agent.ConnectAsync(server, key: null))).ToString(), StringComparison.Ordinal);
        Assert.Contains("401", (await Assert.ThrowsAnyAsync<Exception>(() => Agent.ConnectAsync(server, admin[..^2] + "xx"))).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}""", "", null, 401)]
    [InlineData("""{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}""", "key", "http://evil.example", 403)]
    [InlineData("""{"jsonrpc": "2.0", "id": 1, "method": """, "key", null, 400)]
    [InlineData("""[[[[[[[[[[]]]]]]]]]]""", "key", null, 400)]
    [InlineData("LARGE", "key", null, 413)]
    public async Task What_is_no_call_is_refused(string body, string key, string? origin, int status)
    {
        using var tiny = new TinyModelFolder();
        var made = "";
        await using var server = await RunningServer.StartAsync(home => made = new KeyRing(home).Add("agent", Role.Edit).Key, models: new ModelToServe("tiny", tiny.Path));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/mcp")
        {
            Content = new StringContent(body == "LARGE" ? new string(' ', 2 << 20) : body, System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.Accept.ParseAdd("application/json, text/event-stream");
        request.Headers.ExpectContinue = true;
        if (key.Length > 0)
            request.Headers.Add("X-Api-Key", made);
        if (origin is not null)
            request.Headers.Add("Origin", origin);

        var response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);

        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(status == (int)response.StatusCode, $"{response.StatusCode}: {text}");
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2025-11-25")]
    [InlineData(null)]
    public async Task A_server_that_stops_waits_for_no_agent_that_only_listens(string? version)
    {
        using var tiny = new TinyModelFolder();
        await using var server = await RunningServer.StartAsync(models: new ModelToServe("tiny", tiny.Path));
        await using var client = await Agent.ConnectAsync(server, key: null, version);
        await client.ListToolsAsync();

        await server.StopAsync().WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    private static IEnumerable<string> Members<T>() =>
        typeof(T).GetProperties().Select(member => JsonNamingPolicy.SnakeCaseLower.ConvertName(member.Name)).Order();

    private static async Task<string?> StateAsync(Agent agent) =>
        (await agent.CallAsync("models")).GetProperty("models")[0].GetProperty("state").GetProperty("fingerprint").GetString();

    /// <summary>The progress that was told, in its order.</summary>
    private sealed class Heard : IProgress<ProgressNotificationValue>
    {
        public List<float> Steps { get; } = [];

        public Action? Told { get; init; }

        public void Report(ProgressNotificationValue value)
        {
            Steps.Add(value.Progress);
            Told?.Invoke();
        }
    }
}
