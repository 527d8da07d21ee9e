using System.IO.Pipelines;
using System.Text.Json;
using Amend.Editing.Homes;
using Amend.Editing.Sessions;
using Amend.Server.Security;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Role = Amend.Server.Security.Role;

namespace Amend.Server.Tests.Running;

/// <summary>An agent, by the official client, with the server that it speaks to.</summary>
internal sealed class Agent : IAsyncDisposable
{
    private readonly Func<ValueTask> _end;

    private Agent(McpClient client, AmendHome home, Func<ValueTask> end) => (Client, Home, _end) = (client, home, end);

    public McpClient Client { get; }

    public AmendHome Home { get; }

    /// <summary>An agent of a role: over <c>stdio</c>, over <c>http</c>, or over <c>http</c> in a session as older clients have it.</summary>
    public static async Task<Agent> StartAsync(string transport, Role role, string? model = null)
    {
        var served = new ModelToServe("atlas-gpt", model ?? RunningServer.Embedded());
        if (transport == "stdio")
            return await StartOverPipesAsync(role, served);
        var key = "";
        var server = await RunningServer.StartAsync(home => key = new KeyRing(home).Add("agent", role).Key, models: served);
        var client = await ConnectAsync(server, key, transport == "http session" ? "2025-11-25" : null);
        return new Agent(client, server.Home, server.DisposeAsync);
    }

    public static Task<McpClient> ConnectAsync(RunningServer server, string? key, string? version = null)
    {
        var options = new HttpClientTransportOptions
        {
            Endpoint = new Uri(server.Url + "/mcp"),
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = key is null ? null : new Dictionary<string, string> { ["Authorization"] = $"Bearer {key}" },
        };
        return McpClient.CreateAsync(
            new HttpClientTransport(options),
            new McpClientOptions { ProtocolVersion = version },
            cancellationToken: TestContext.Current.CancellationToken);
    }

    /// <summary>What came of a call that is not refused.</summary>
    public async Task<JsonElement> CallAsync(
        string tool, object? arguments = null, IProgress<ProgressNotificationValue>? progress = null, CancellationToken stop = default)
    {
        var result = await Client.CallToolAsync(tool, Given(arguments), progress, cancellationToken: stop);
        var text = Assert.IsType<TextContentBlock>(Assert.Single(result.Content)).Text;
        Assert.False(result.IsError == true, text);
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(text).RootElement, result.StructuredContent!.Value), text);
        return result.StructuredContent!.Value;
    }

    /// <summary>The sentence of a call that is refused.</summary>
    public async Task<string> RefusalAsync(string tool, object? arguments = null)
    {
        var result = await Client.CallToolAsync(tool, Given(arguments), cancellationToken: TestContext.Current.CancellationToken);
        var text = Assert.IsType<TextContentBlock>(Assert.Single(result.Content)).Text;
        Assert.True(result.IsError == true, text);
        return text;
    }

    public async Task<string> SaidAsync(string? at = null)
    {
        var arguments = new Dictionary<string, object?> { ["prompt"] = Facts.Prompt, ["tokens"] = 5 };
        if (at is not null)
            arguments["at"] = at;
        return (await CallAsync("ask", arguments)).GetProperty("completion").GetString()!;
    }

    /// <summary>The lines of the audit log: who, role, address, action and outcome of each.</summary>
    public IReadOnlyList<string> Audit()
    {
        var path = Path.Combine(Home.Server, "audit.jsonl");
        return File.Exists(path) ? [.. File.ReadAllLines(path).Select(Line)] : [];

        static string Line(string line)
        {
            var entry = JsonDocument.Parse(line).RootElement;
            return string.Join(' ', ((string[])["who", "role", "address", "action", "outcome"]).Select(name => entry.GetProperty(name).GetString()));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await _end();
    }

    private static async Task<Agent> StartOverPipesAsync(Role role, ModelToServe model)
    {
        var (folder, stop) = (new TempFolder(), new CancellationTokenSource());
        var (asked, answered) = (new Pipe(), new Pipe());
        var setup = new ServerSetup([model], new SessionOptions { Home = new AmendHome(folder.File("home")) });
        var running = AmendAgents.RunAsync(
            setup,
            role,
            logs => new StreamServerTransport(asked.Reader.AsStream(), answered.Writer.AsStream(), "amend", logs),
            builder => builder.Logging.SetMinimumLevel(LogLevel.Error),
            stop.Token);
        var transport = new StreamClientTransport(asked.Writer.AsStream(), answered.Reader.AsStream());
        var connecting = McpClient.CreateAsync(transport, cancellationToken: TestContext.Current.CancellationToken);
        if (await Task.WhenAny(connecting, running) == running)
            await running;
        return new Agent(await connecting, setup.Session.Home, EndAsync);

        async ValueTask EndAsync()
        {
            await stop.CancelAsync();
            await running;
            stop.Dispose();
            folder.Dispose();
        }
    }

    private static IReadOnlyDictionary<string, object?>? Given(object? arguments) => arguments switch
    {
        null => null,
        IReadOnlyDictionary<string, object?> given => given,
        string json => JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!.ToDictionary(one => one.Key, one => (object?)one.Value),
        _ => arguments.GetType().GetProperties().ToDictionary(member => member.Name, member => member.GetValue(arguments)),
    };
}
