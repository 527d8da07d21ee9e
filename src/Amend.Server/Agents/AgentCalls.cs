using System.Text.Json;
using Amend.Editing;
using Amend.Server.Api;
using Amend.Server.Observing;
using Amend.Server.Problems;
using Amend.Server.Security;
using Amend.Server.Serving;
using Amend.Server.Wire;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Role = Amend.Server.Security.Role;

namespace Amend.Server.Agents;

/// <summary>
/// Answers agents (Model Context Protocol): a tool that the caller's role may not use is not listed, and is refused when it is called all
/// the same. Failures are the sentences of the interface over HTTP.
/// </summary>
/// <param name="tools">The tools.</param>
/// <param name="desk">Where orders are taken.</param>
/// <param name="models">The models.</param>
/// <param name="log">Is told of defects.</param>
internal sealed class AgentCalls(AgentTools tools, OrderDesk desk, ServedModels models, ILogger<AgentCalls> log)
{
    /// <summary>Sets a server of the protocol up.</summary>
    /// <param name="options">Its options.</param>
    /// <param name="caller">Who asks at the moment, and whether it still listens.</param>
    public void Configure(McpServerOptions options, Func<Caller> caller)
    {
        options.ServerInfo = new Implementation { Name = "amend", Title = "Amend", Version = LibraryVersion.Current };
        options.ServerInstructions =
            $"Language models whose facts can be changed and changed back: {string.Join(", ", models.All.Select(model => model.Name))}. "
            + "Ask first what the model says; try a change with 'preview' before it is kept; name the edits' ids to the user, "
            + "so that they can be taken back.";
        options.Handlers.ListToolsHandler = (request, _) => ValueTask.FromResult(List(caller().Who));
        options.Handlers.CallToolHandler = (request, stop) => CallAsync(request, caller(), stop);
    }

    private ListToolsResult List(Asker who) =>
        new() { Tools = [.. tools.All.Where(tool => IsAllowed(tool, who)).Select(tool => tool.Described)] };

    private async ValueTask<CallToolResult> CallAsync(RequestContext<CallToolRequestParams> request, Caller caller, CancellationToken stop)
    {
        var (name, who) = (request.Params.Name, caller.Who);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop, caller.Left);
        try
        {
            var tool = tools.All.FirstOrDefault(tool => tool.Name == name) ?? throw new NotServedException(
                $"There is no tool '{Refusal.Shown(name)}'; there are {string.Join(", ", tools.All.Select(tool => tool.Name))}.");
            if (!IsAllowed(tool, who))
            {
                throw new RefusedException(Refusal.Forbidden(
                    $"The role here is {who.Role}, and '{name}' needs {tool.Role.ToString().ToLowerInvariant()}; ask with another role."));
            }

            var progress = request.Params.ProgressToken is { } token ? new CallProgress(request.Server, token) : null;
            var given = request.Params.Arguments?.AsReadOnly() ?? new Dictionary<string, JsonElement>().AsReadOnly();
            return Answer(await tool.CallAsync(new AgentCall(desk, who, given, progress, ending.Token)).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e)
        {
            var refusal = Refusal.Of(e);
            if (refusal.IsUnexpected)
                log.ToolFailedUnexpectedly(Refusal.Shown(name), e);
            return new CallToolResult { IsError = true, Content = [new TextContentBlock { Text = refusal.Sentence }] };
        }
    }

    /// <summary>The record as structured content, and for clients that read text alone as text.</summary>
    private static CallToolResult Answer(object result)
    {
        var json = JsonSerializer.SerializeToElement(result, result.GetType(), WireJson.Options);
        return new CallToolResult { StructuredContent = json, Content = [new TextContentBlock { Text = json.GetRawText() }] };
    }

    private static bool IsAllowed(AgentTool tool, Asker who) =>
        Enum.TryParse<Role>(who.Role, ignoreCase: true, out var role) && role >= tool.Role;
}

/// <summary>Who asks.</summary>
/// <param name="Who">Who it is.</param>
/// <param name="Left">Whether it no longer listens.</param>
internal sealed record Caller(Asker Who, CancellationToken Left);
