using System.CommandLine;
using Amend.Editing.Stores;
using Amend.Models;

namespace Amend.Cli.Commands;

/// <summary>The MODEL argument that most verbs take first.</summary>
internal static class ModelArgument
{
    /// <summary>Makes the argument.</summary>
    public static Argument<string> Create() => new("MODEL") { Description = "An embedded model's name, or a folder in Hugging Face form." };

    /// <summary>Where models are looked for: embedded ones, then those in Amend's home.</summary>
    public static ModelLocator Locator => new(ModelLocator.EmbeddedFolder, Path.Combine(AmendHome.Default.Folder, "models"));

    /// <summary>Opens the model with its edits.</summary>
    /// <param name="parsed">The command line, for device and threads.</param>
    /// <param name="model">The argument's value.</param>
    /// <param name="at">An edit's id or <c>base</c>, or null for the model as it is now.</param>
    public static EditedModel Open(ParseResult parsed, string model, string? at = null) =>
        EditedModel.Open(Locator.Find(model), at, GlobalOptions.LoadOptions(parsed));
}
