using System.CommandLine;
using Amend.Cli.CommandLine;
using Amend.Cli.Documents;
using Amend.Cli.Rendering;
using Amend.Editing.Stores;

namespace Amend.Cli.Commands.Networks;

/// <summary><c>amend networks remove</c>: removes a network of Amend's home; edits that it made stay and keep working.</summary>
internal sealed class RemoveNetworkCommand : ICliCommand
{
    private readonly Argument<string> _id = NetworkArgument.Create();

    /// <inheritdoc/>
    public Command Build()
    {
        var command = new Command("remove", "Remove a network of Amend's home; the edits that it made keep working.") { _id };
        command.SetAction(parsed =>
        {
            var removed = NetworkArgument.With(parsed, (networks, folders) => networks.Remove(parsed.GetValue(_id)!, folders));
            var edits = EditsOfNetwork.Find(AmendEnvironment.Of(parsed).Home, removed.Name);
            return Done.Print($"The network {removed.Name} is removed", () =>
            {
                if (parsed.GetValue(GlobalOptions.Json))
                    Json.Print(new RemovedNetworkDocument(removed.Name, removed.Path, edits));
                else
                    NetworkView.Print(removed, edits);
            });
        });
        return command;
    }
}
