using Amend.Server.Agents;
using Amend.Server.Api;
using Amend.Server.Jobs;
using Amend.Server.Observing;
using Amend.Server.Security;
using Amend.Server.Serving;
using Amend.Tensors;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Amend.Server;

/// <summary>What every host of served models has, whether it is asked over HTTP or over its input and output.</summary>
internal static class ServingParts
{
    private static readonly TimeSpan TimeToClose = TimeSpan.FromSeconds(15);

    /// <summary>What the platform tells of itself by default: what goes wrong. The configuration may ask for more.</summary>
    private static readonly Dictionary<string, string?> UsualLevels = new()
    {
        ["Logging:LogLevel:Microsoft"] = "Warning",
        // Why a server does not start is told in a sentence, by whoever starts it.
        ["Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host"] = "None",
        ["Logging:LogLevel:ModelContextProtocol"] = "Error",
    };

    /// <summary>Sends the log to the standard error alone.</summary>
    public static void Log(IHostApplicationBuilder builder)
    {
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = UsualLevels });
        builder.Logging.ClearProviders().AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    /// <summary>Adds the models and what is done with them.</summary>
    /// <returns>The options that the configuration gives.</returns>
    /// <exception cref="AmendException">Two models have one name.</exception>
    public static ServerOptions Add(IHostApplicationBuilder builder, ServerSetup setup)
    {
        var options = OptionsOf(builder.Configuration, setup);
        var (services, home) = (builder.Services, setup.Session.Home);
        services.Configure<HostOptions>(host => host.ShutdownTimeout = options.Serving.Grace + TimeToClose);
        services.AddSingleton(options);
        services.AddSingleton(_ => new ServedModels(
            [.. setup.Models.Select(model => new ServedModel(model.Name, model.Path, setup.Session, options.Serving))]));
        services.AddSingleton(_ => new JobBoard(options.JobsAtOnce, options.OpenJobs));
        services.AddSingleton<ServerMeter>();
        services.AddHostedService<ServingLifetime>();
        services.AddSingleton(new AuditLog(home));
        services.AddSingleton(new AllowedFolders(options.Readable, home.Exports));
        services.AddSingleton<EditMeans>();
        services.AddSingleton<OrderDesk>();
        services.AddSingleton<WorkOrders>();
        services.AddSingleton<AgentTools>();
        services.AddSingleton<AgentCalls>();
        return options;
    }

    /// <summary>Fails where a model could not be read, which has stopped the host.</summary>
    /// <exception cref="AmendException">Why it could not.</exception>
    public static async Task ThrowWhereUnreadAsync(IServiceProvider services)
    {
        foreach (var model in services.GetRequiredService<ServedModels>().All.Where(model => model.Opened.IsFaulted))
            await model.Opened.ConfigureAwait(false);
    }

    private static ServerOptions OptionsOf(IConfigurationManager configuration, ServerSetup setup)
    {
        var options = configuration.GetSection(ServerOptions.Section).Get<ServerOptions>() ?? new ServerOptions();
        options = setup.Url is { } url ? options with { Url = url } : options;
        if (setup.Models.GroupBy(model => model.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new AmendException($"Two models were given the name '{twice.Key}'; serve one of them as NAME=MODEL.");
        return options;
    }
}
