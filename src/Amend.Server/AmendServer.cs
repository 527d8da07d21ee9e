using Amend.Server.Agents;
using Amend.Server.Api;
using Amend.Server.Observing;
using Amend.Server.OpenAi;
using Amend.Server.Problems;
using Amend.Server.Security;
using Amend.Server.Wire;
using Amend.Tensors;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Scalar.AspNetCore;

namespace Amend.Server;

/// <summary>Edited models over HTTP. What it serves is also there for components of the same process, as services.</summary>
public static class AmendServer
{
    /// <summary>Addresses of the platform's own, which would not be known to be open to other machines.</summary>
    private const string OwnEndpoints = "Kestrel:Endpoints";

    /// <summary>Puts a server together; it listens once it is started, and its models open meanwhile.</summary>
    /// <param name="setup">Its models.</param>
    /// <param name="configure">Adds to its services and configuration; nothing when null.</param>
    /// <exception cref="AmendException">An option cannot be used, or it would be open to other machines without a key.</exception>
    public static WebApplication Build(ServerSetup setup, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder();
        ServingParts.Log(builder);
        configure?.Invoke(builder);
        var options = ServingParts.Add(builder, setup);
        CheckAddress(builder.Configuration, options);
        AddAccess(builder, setup, options);
        AgentEndpoint.Add(builder.Services);
        Telemetry.Add(builder);
        builder.Services.ConfigureHttpJsonOptions(json => WireJson.Apply(json.SerializerOptions));
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.AddOpenApi(ApiDocument.Describe);
        builder.WebHost.UseUrls(options.Url).ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxRequestBytes;
        });
        foreach (var part in setup.Parts)
            part.Add(builder);
        var app = builder.Build();
        Map(app);
        foreach (var part in setup.Parts)
            part.Map(app);
        return app;
    }

    /// <summary>Runs a server until it is asked to stop.</summary>
    /// <param name="setup">Its models.</param>
    /// <param name="listening">Told where it listens, once it does.</param>
    /// <param name="stop">Asks it to stop; signals of the system do, too.</param>
    /// <exception cref="AmendException">An option cannot be used, the address is taken, or a model cannot be read.</exception>
    public static async Task RunAsync(ServerSetup setup, Action<IReadOnlyList<string>> listening, CancellationToken stop)
    {
        var app = Build(setup);
        await using (app.ConfigureAwait(false))
        {
            try
            {
                await app.StartAsync(stop).ConfigureAwait(false);
            }
            catch (IOException e)
            {
                throw new AmendException($"{e.Message.TrimEnd('.')}; give another address with --url.", e);
            }

            listening([.. app.Urls]);
            using var stopping = stop.Register(app.Lifetime.StopApplication);
            await app.WaitForShutdownAsync(CancellationToken.None).ConfigureAwait(false);
            await ServingParts.ThrowWhereUnreadAsync(app.Services).ConfigureAwait(false);
        }
    }

    private static void CheckAddress(ConfigurationManager configuration, ServerOptions options)
    {
        if (!Uri.TryCreate(options.Url, UriKind.Absolute, out var parsed) || parsed.Scheme is not ("http" or "https"))
            throw new AmendException($"'{options.Url}' is no address to listen on; give one such as http://127.0.0.1:5150.");
        if (configuration.GetSection(OwnEndpoints).Exists())
        {
            throw new AmendException(
                $"The configuration has '{OwnEndpoints}', which would listen where no key is asked for; give the address as Amend:Url.");
        }
    }

    private static void AddAccess(WebApplicationBuilder builder, ServerSetup setup, ServerOptions options)
    {
        var (services, home) = (builder.Services, setup.Session.Home);
        var keys = new KeyRing(home);
        services.AddSingleton(new Access(keys, new Uri(options.Url), options.WrongKeysPerMinute, TimeProvider.System));
        services.AddSingleton(new SignIns(keys, TimeProvider.System));
        // AddAuthentication would add data protection, too, which keeps keys of its own on disk for cookies that nobody has here.
        services.AddAuthenticationCore(authentication => authentication.DefaultScheme = KeyHandler.Name);
        services.AddSingleton(TimeProvider.System).AddWebEncoders();
        new AuthenticationBuilder(services).AddScheme<AuthenticationSchemeOptions, KeyHandler>(KeyHandler.Name, configureOptions: null);
        var authorization = services.AddAuthorizationBuilder();
        foreach (var role in Enum.GetValues<Role>())
        {
            string[] allowed = [.. Enum.GetValues<Role>().Where(one => one >= role).Select(one => one.ToString().ToLowerInvariant())];
            authorization.AddPolicy(role.ToString(), policy => policy.RequireRole(allowed));
        }

        services.AddHealthChecks().AddCheck<ModelsCheck>("models", tags: [ModelsCheck.Ready]);
        services.AddRateLimiter(limiter => Limits.Apply(limiter, options.RequestsPerMinute));
    }

    private static void Map(WebApplication app)
    {
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Amend.Server");
        var access = app.Services.GetRequiredService<Access>();
        app.Use(next => context => BrowserGuard.GuardAsync(context, next, access));
        app.Use(next => context => RefusalWriter.GuardAsync(context, next, log));
        app.UseStatusCodePages(status => RefusalWriter.WriteEmptyAsync(status.HttpContext));
        app.UseRouting();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();
        ModelsCheck.Map(app);
        OpenAiEndpoints.Map(app);
        ModelEndpoints.Map(app);
        EditEndpoints.Map(app);
        WorkEndpoints.Map(app);
        JobEndpoints.Map(app);
        AgentEndpoint.Map(app);
        app.MapOpenApi().RequireAuthorization(nameof(Role.Ask));
        app.MapScalarApiReference("/docs", page => page.WithTitle("Amend").DisableDefaultFonts()).RequireAuthorization(nameof(Role.Ask));
    }
}
