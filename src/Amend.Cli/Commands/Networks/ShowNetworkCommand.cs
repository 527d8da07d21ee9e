using System.CommandLine;
using Amend.Cli.CommandLine;
using Amend.Cli.Rendering;
using Amend.Editing.HyperNetworks.Files;
using Amend.Reports.Training;

namespace Amend.Cli.Commands.Networks;

/// <summary><c>amend networks show</c>: everything about one network, and how its training went.</summary>
internal sealed class ShowNetworkCommand : ICliCommand
{
    private readonly Argument<string> _id = NetworkArgument.Create();
    private readonly Option<DirectoryInfo?> _out = new("--out")
    {
        Description = "A folder for the curves of success, locality and loss: pictures and a page.",
        HelpName = "DIR",
    };

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command("show", "Everything about one network: what it was trained on, and how that went.") { _id, _out };
        command.SetAction(parsed =>
        {
            var network = NetworkArgument.With(
                parsed, (networks, folders) => NetworkDetails.Of(networks.Get(parsed.GetValue(_id)!, folders)));
            var folder = parsed.GetValue(_out)?.FullName;
            if (folder is not null)
                NetworkFolder.Write(folder, network);
            if (parsed.GetValue(GlobalOptions.Json))
                Json.Print(network);
            else
                NetworkView.Print(network, folder);
            return ExitCode.Done;
        });
        return command;
    }
}
