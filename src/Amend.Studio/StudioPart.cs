using Amend.Server;
using Amend.Server.Security;
using Amend.Studio.Access;
using Amend.Studio.Assets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MudBlazor.Services;

namespace Amend.Studio;

/// <summary>Pages for a browser at <c>/</c>: a model asked, traced, edited, taken back and evaluated.</summary>
public sealed class StudioPart : IServerPart
{
    private const long MostOfMessage = 1 << 20;

    /// <inheritdoc/>
    public void Add(WebApplicationBuilder builder)
    {
        var services = builder.Services;
        // What pages hand to themselves is sealed for as long as the server runs, with keys that are never written.
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        services.AddRazorComponents().AddInteractiveServerComponents()
            .AddHubOptions(hub => hub.MaximumReceiveMessageSize = MostOfMessage);
        services.AddCascadingAuthenticationState();
        services.AddMudServices();
        services.AddSingleton<StudioAssets>();
        services.AddScoped<Visitor>();
    }

    /// <inheritdoc/>
    public void Map(WebApplication app)
    {
        app.UseAntiforgery();
        AssetEndpoints.Map(app);
        SignInEndpoints.Map(app);
        FirstPage.OpenWhenStarted(app);
        app.MapRazorComponents<App>()
            .AddInteractiveServerRenderMode(server =>
            {
                server.ContentSecurityFrameAncestorsPolicy = null;
                server.DisableWebSocketCompression = true;
            })
            .WithMetadata(new StudioSignIn())
            .RequireAuthorization(nameof(Role.Ask));
    }
}
