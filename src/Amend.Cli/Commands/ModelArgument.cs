using System.CommandLine;
using Amend.Cli.Rendering;
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
            var models = Path.Combine(AmendHome.Default.Folder, "models");
            return new ModelLocator(ModelLocator.EmbeddedFolder, models)
            {
                Hub = new HubStore(Path.Combine(models, "hub"), HubOptions.FromEnvironment(IsOffline), new DownloadLines()),
            };
        }
    }

    /// <summary>Opens the model with its edits.</summary>
    /// <param name="parsed">The command line, for device and threads.</param>
    /// <param name="model">The argument's value.</param>
    /// <param name="at">An edit's id or <c>base</c>, or null for the model as it is now.</param>
    public static EditedModel Open(ParseResult parsed, string model, string? at = null) =>
        EditedModel.Open(Locator.Find(model), at, GlobalOptions.LoadOptions(parsed));
}
