using System.CommandLine;
using Amend.Editing.HyperNetworks.Files;

namespace Amend.Cli.Commands.Networks;

/// <summary>The ID argument of verbs about one network.</summary>
internal static class NetworkArgument
{
    /// <summary>Makes the argument.</summary>
    public static Argument<string> Create() => new("ID")
    {
        Description = "The network's id or its beginning, or a file's name or path; amend networks lists them.",
    };

    /// <summary>Does something with the networks that there are.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="use">What is done, with a store and the folders of models that may ship networks.</param>
    public static T With<T>(ParseResult parsed, Func<NetworkStore, IEnumerable<string>, T> use)
    {
        var environment = AmendEnvironment.Of(parsed);
        using var networks = new NetworkStore(environment.Home);
        return use(networks, environment.Models.Known.Select(known => known.Folder));
    }
}
