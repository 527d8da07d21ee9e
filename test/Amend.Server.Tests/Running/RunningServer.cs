using System.Net.Http.Json;
using System.Text.Json;
using Amend.Editing.Governance;
using Amend.Editing.Homes;
using Amend.Models;
using Amend.Server.Serving;
using Amend.Server.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SessionOptions = Amend.Editing.Sessions.SessionOptions;

namespace Amend.Server.Tests.Running;

/// <summary>A server on a free port of loopback, with a home of its own.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TempFolder _folder;

    private RunningServer(WebApplication app, TempFolder folder)
    {
        (_app, _folder) = (app, folder);
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()), Timeout = TimeSpan.FromMinutes(5) };
    }

    public HttpClient Client { get; }

    public string Url => Client.BaseAddress!.ToString().TrimEnd('/');

    public AmendHome Home => new(_folder.File("home"));

    public ServedModels Models => _app.Services.GetRequiredService<ServedModels>();

    public static string Embedded(string name = "atlas-gpt") => Path.Combine(ModelLocator.EmbeddedFolder, name);

    /// <summary>Starts a server, and waits until its models can be asked.</summary>
    /// <param name="prepare">Prepares its home.</param>
    /// <param name="settings">Its configuration; names without the section.</param>
    /// <param name="configure">Adds to its services.</param>
    /// <param name="guard">The guard of its edits; none when null.</param>
    /// <param name="models">Its models; atlas-gpt when none are given.</param>
    public static async Task<RunningServer> StartAsync(
        Action<AmendHome>? prepare = null,
        Dictionary<string, string?>? settings = null,
        Action<WebApplicationBuilder>? configure = null,
        GuardLimits? guard = null,
        params ModelToServe[] models)
    {
        var folder = new TempFolder();
        var home = new AmendHome(folder.File("home"));
        prepare?.Invoke(home);
        var setup = new ServerSetup(models.Length > 0 ? models : [new ModelToServe("atlas-gpt", Embedded())], new SessionOptions { Home = home, Guard = guard })
        {
            Url = "http://127.0.0.1:0",
        };
        var app = AmendServer.Build(setup, builder =>
        {
            builder.Logging.SetMinimumLevel(LogLevel.Warning);
            builder.Configuration.AddInMemoryCollection((settings ?? []).ToDictionary(one => $"Amend:{one.Key}", one => one.Value));
            configure?.Invoke(builder);
        });
        await app.StartAsync();
        var running = new RunningServer(app, folder);
        await Task.WhenAll(running.Models.All.Select(model => model.Opened));
        return running;
    }

    public async Task<JsonElement> GetAsync(string path) => await ReadAsync(await Client.GetAsync(path));

    public async Task<JsonElement> PostAsync(string path, object body) =>
        await ReadAsync(await Client.PostAsJsonAsync(path, body, WireJson.Options));

    /// <summary>Begins a job, waits for its end, and gives what came of it.</summary>
    public async Task<JsonElement> WorkAsync(string path, object body)
    {
        var id = (await PostAsync(path, body)).GetProperty("id").GetString();
        await Client.GetStringAsync($"/api/jobs/{id}/events");
        return await GetAsync($"/api/jobs/{id}/result");
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}: {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement.Clone();
    }
}
