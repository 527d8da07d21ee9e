using System.CommandLine;
using Amend.Cli.Rendering;
using Amend.Editing.Sessions;
using Amend.Editing.Stores;
using Amend.Models;
using Amend.Models.Hub;

namespace Amend.Cli.Commands;

/// <summary>The MODEL argument that most verbs take first.</summary>
internal static class ModelArgument
{
    /// <summary>Makes the argument.</summary>
    public static Argument<string> Create() => new("MODEL") { Description = "An embedded model's name, a folder in Hugging Face form, or hf:OWNER/NAME[@REVISION]." };

    /// <summary>Whether nothing is to be downloaded, for the whole process.</summary>
    public static bool IsOffline { get; set; }

    /// <summary>Where models are looked for: embedded ones, those in Amend's home, and those of the hub, which are kept there.</summary>
    public static ModelLocator Locator
    {
        get
        {
            var home = AmendHome.Default;
            return new ModelLocator(ModelLocator.EmbeddedFolder, home.Models)
            {
                Hub = new HubStore(home.Hub, HubOptions.FromEnvironment(IsOffline), new DownloadLines()),
            };
        }
    }

    /// <summary>Opens the model with its edits.</summary>
    /// <param name="parsed">The command line, for device and threads.</param>
    /// <param name="model">The argument's value.</param>
    /// <param name="options">State and guard; the model as it is now, unguarded, by default.</param>
    public static EditSession Open(ParseResult parsed, string model, SessionOptions? options = null) =>
        EditSession.Open(Locator.Find(model), (options ?? new SessionOptions()) with { Load = GlobalOptions.LoadOptions(parsed) });

    /// <summary>Opens the edits of the model, without loading it where it is known from before.</summary>
    /// <param name="parsed">The command line, for type and threads.</param>
    /// <param name="model">The argument's value.</param>
    public static EditStore OpenStore(ParseResult parsed, string model) =>
        EditStore.Open(Locator.Find(model), GlobalOptions.LoadOptions(parsed), AmendHome.Default);
}
