using Amend.Server.Agents;
using Amend.Server.Observing;
using Amend.Server.Security;
using Amend.Tensors;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Role = Amend.Server.Security.Role;

namespace Amend.Server;

/// <summary>Edited models for one agent that started the process, over its standard input and output (Model Context Protocol).</summary>
public static class AmendAgents
{
    /// <summary>
    /// Serves models until the agent closes the input. Standard output has the protocol alone; the log goes to standard error.
    /// </summary>
    /// <param name="setup">The models.</param>
    /// <param name="role">What the agent may do.</param>
    /// <param name="stop">Ends it; signals of the system do, too.</param>
    /// <exception cref="AmendException">An option cannot be used, or a model cannot be read.</exception>
    public static Task RunAsync(ServerSetup setup, Role role, CancellationToken stop)
    {
        Console.SetOut(Console.Error);
        return RunAsync(setup, role, logs => new StdioServerTransport("amend", logs), configure: null, stop);
    }

    /// <summary>Serves models over a transport until it is closed.</summary>
    internal static async Task RunAsync(
        ServerSetup setup,
        Role role,
        Func<ILoggerFactory, ITransport> transport,
        Action<IHostApplicationBuilder>? configure,
        CancellationToken stop)
    {
        // An agent starts it in any folder: what lies there configures nothing.
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddEnvironmentVariables();
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
        ServingParts.Log(builder);
        configure?.Invoke(builder);
        ServingParts.Add(builder, setup);
        Telemetry.Add(builder);
        using var host = builder.Build();
        await host.StartAsync(stop).ConfigureAwait(false);
        var life = host.Services.GetRequiredService<IHostApplicationLifetime>();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop, life.ApplicationStopping);
        var options = new McpServerOptions();
        var caller = new Caller(new Asker("owner", role.ToString().ToLowerInvariant(), "stdio"), CancellationToken.None);
        host.Services.GetRequiredService<AgentCalls>().Configure(options, () => caller);
        var logs = host.Services.GetRequiredService<ILoggerFactory>();
        var server = McpServer.Create(transport(logs), options, logs, host.Services);
        await using (server.ConfigureAwait(false))
        {
            try
            {
                await server.RunAsync(ending.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested)
            {
                // What has begun is finished or undone below.
            }
        }

        await host.StopAsync(CancellationToken.None).ConfigureAwait(false);
        await ServingParts.ThrowWhereUnreadAsync(host.Services).ConfigureAwait(false);
    }
}
