using Amend.Editing.Governance;
using Amend.Editing.Homes;
using Amend.Models;
using Amend.Server;
using Amend.Server.Serving;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SessionOptions = Amend.Editing.Sessions.SessionOptions;

namespace Amend.Studio.Tests.Running;

/// <summary>A server with the studio on a free port of loopback, with a home of its own.</summary>
public sealed class Studio : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TempFolder _folder;

    private Studio(WebApplication app, TempFolder folder) => (_app, _folder) = (app, folder);

    public string Url => _app.Urls.Single();

    public AmendHome Home => new(_folder.File("home"));

    public ServedModel Model => _app.Services.GetRequiredService<ServedModels>().All[0];

    /// <summary>Starts it, and waits until its model can be asked.</summary>
    /// <param name="prepare">Prepares its home.</param>
    /// <param name="guard">What a guard allows; no guard when null.</param>
    public static async Task<Studio> StartAsync(Action<AmendHome>? prepare = null, GuardLimits? guard = null)
    {
        var folder = new TempFolder();
        var home = new AmendHome(folder.File("home"));
        prepare?.Invoke(home);
        var path = Path.Combine(ModelLocator.EmbeddedFolder, "atlas-gpt");
        var setup = new ServerSetup([new ModelToServe("atlas-gpt", path)], new SessionOptions { Home = home, Guard = guard })
        {
            Url = "http://127.0.0.1:0",
            Parts = [new StudioPart()],
        };
        var app = AmendServer.Build(setup, builder => builder.Logging.SetMinimumLevel(LogLevel.Warning));
        await app.StartAsync();
        var studio = new Studio(app, folder);
        await studio.Model.Opened;
        return studio;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Dispose();
    }
}
