using System.CommandLine;

namespace Amend.Cli.Commands.Cluster;

/// <summary>The option <c>--share</c>, which names the shared store of a cluster.</summary>
internal static class ShareOption
{
    /// <summary>Creates the option.</summary>
    /// <param name="description">What it is in the verb.</param>
    public static Option<string?> Create(string description) => new("--share") { Description = description, HelpName = "FOLDER|URL" };
}
