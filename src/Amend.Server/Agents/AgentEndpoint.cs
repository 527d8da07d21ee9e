using Amend.Server.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Server;

namespace Amend.Server.Agents;

/// <summary>Agents over HTTP, behind the same keys as all else; the role of a request's key says what it may.</summary>
internal static class AgentEndpoint
{
    private const string Path = "/mcp";
    private static readonly Caller Nobody = new(new Asker("", "", ""), CancellationToken.None);

    /// <summary>Adds what it needs.</summary>
    public static void Add(IServiceCollection services)
    {
        services.AddHttpContextAccessor();
        // A client that begins with a handshake has a session, in which it can end a call; one of the newest revision needs none.
        services.AddMcpServer().WithHttpTransport(http => http.SessionMode = HttpServerSessionMode.StatefulForInitializeClients);
        services.AddOptions<McpServerOptions>().Configure<AgentCalls, IHttpContextAccessor>((options, calls, accessor) =>
            calls.Configure(options, () => CallerOf(accessor.HttpContext)));
    }

    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapMcp(Path).RequireAuthorization(nameof(Role.Ask)).WithTags("Agents");

    private static Caller CallerOf(HttpContext? context) =>
        context is null ? Nobody : new Caller(Asker.Of(context), context.RequestAborted);
}
