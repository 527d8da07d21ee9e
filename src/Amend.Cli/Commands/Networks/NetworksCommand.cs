using System.CommandLine;
using Amend.Cli.CommandLine;
using Amend.Cli.Rendering;
using Amend.Editing.HyperNetworks.Files;

namespace Amend.Cli.Commands.Networks;

/// <summary><c>amend networks</c>: the trained networks of editors.</summary>
internal sealed class NetworksCommand : ICliCommand
{
    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command("networks", "The trained networks of editors: those of Amend's home, and those that models ship.")
        {
            new ShowNetworkCommand().Build(),
            new RemoveNetworkCommand().Build(),
        };
        command.SetAction(parsed =>
        {
            var list = NetworkArgument.With(parsed, NetworkList.Read);
            if (parsed.GetValue(GlobalOptions.Json))
                Json.Print(list);
            else
                NetworkView.Print(list);
            return ExitCode.Done;
        });
        return command;
    }
}
