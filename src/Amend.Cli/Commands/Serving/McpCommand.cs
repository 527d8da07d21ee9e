using System.CommandLine;
using Amend.Cli.CommandLine;
using Amend.Server;

namespace Amend.Cli.Commands.Serving;

/// <summary><c>amend mcp</c>: models for an agent that started the process, until it closes the input.</summary>
internal sealed class McpCommand : ICliCommand
{
    private readonly ModelsToServe _models = new();
    private readonly RoleOption _role = new(
        "What the agent may do: ask, trace and look; edit, which also tries, keeps and takes back edits; or admin, which is as edit here.");

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command(
            "mcp", "Give models to an agent, as tools of the Model Context Protocol over standard input and output.");
        _models.AddTo(command);
        _role.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        if (parsed.GetValue(GlobalOptions.Json))
            throw new UsageException("--json was given to mcp, whose output is the protocol's; leave it out.");
        await AmendAgents.RunAsync(_models.Read(parsed), _role.Read(parsed), stop).ConfigureAwait(false);
        return ExitCode.Done;
    }
}
