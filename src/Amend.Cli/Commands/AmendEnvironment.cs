using System.CommandLine;
using Amend.Cli.CommandLine;
using Amend.Cli.Rendering;
using Amend.Editing.Homes;
using Amend.Models;
using Amend.Models.Hub;

namespace Amend.Cli.Commands;

/// <summary>What a verb finds around it, as its command line says: Amend's home, models, and whether anything may be downloaded.</summary>
/// <param name="Home">Amend's home.</param>
/// <param name="IsOffline">Whether nothing is to be downloaded.</param>
internal sealed record AmendEnvironment(AmendHome Home, bool IsOffline)
{
    /// <summary>Where models are looked for: embedded ones, those in Amend's home, and those of the hub, which are kept there.</summary>
    public ModelLocator Models => new(ModelLocator.EmbeddedFolder, Home.Models)
    {
        Hub = new HubStore(Home.Hub, HubOptions.FromEnvironment(IsOffline), new DownloadLines()),
    };

    /// <summary>The environment of a command line.</summary>
    public static AmendEnvironment Of(ParseResult parsed) => new(AmendHome.Default, parsed.GetValue(GlobalOptions.Offline));
}
