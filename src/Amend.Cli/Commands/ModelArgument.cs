using System.CommandLine;
using Amend.Cli.CommandLine;
using Amend.Editing.Sessions;
using Amend.Editing.Stores;
using Amend.Models;

namespace Amend.Cli.Commands;

/// <summary>The MODEL argument that most verbs take first.</summary>
internal static class ModelArgument
{
    /// <summary>What can be given for a model.</summary>
    public const string Description =
        "An embedded model's name, a folder in Hugging Face form, a .gguf file, or hf:OWNER/NAME[:FILE.gguf][@REVISION].";

    /// <summary>Makes the argument.</summary>
    public static Argument<string> Create() => new("MODEL")
    {
        Description = Description,
    };

    /// <summary>The model's folder or file.</summary>
    public static string PathOf(ParseResult parsed, Argument<string> model) =>
        AmendEnvironment.Of(parsed).Models.Find(parsed.GetValue(model)!);

    /// <summary>Loads the model without its edits; the caller disposes.</summary>
    /// <param name="parsed">The command line, for device, type and threads.</param>
    /// <param name="model">The argument's value.</param>
    public static LanguageModel Load(ParseResult parsed, string model) =>
        LanguageModel.Load(AmendEnvironment.Of(parsed).Models.Find(model), GlobalOptions.LoadOptions(parsed));

    /// <summary>Opens the model with its edits.</summary>
    /// <param name="parsed">The command line, for device and threads.</param>
    /// <param name="model">The argument's value.</param>
    /// <param name="options">State and guard; the model as it is now, unguarded, by default.</param>
    public static EditSession Open(ParseResult parsed, string model, SessionOptions? options = null)
    {
        var environment = AmendEnvironment.Of(parsed);
        // Found before libtorch is loaded, which options need: a wrong name is refused at once.
        var path = environment.Models.Find(model);
        return EditSession.Open(
            path, (options ?? new SessionOptions()) with { Home = environment.Home, Load = GlobalOptions.LoadOptions(parsed) });
    }

    /// <summary>Opens the edits of the model, without loading it where it is known from before.</summary>
    /// <param name="parsed">The command line, for type and threads.</param>
    /// <param name="model">The argument's value.</param>
    public static EditStore OpenStore(ParseResult parsed, string model)
    {
        var environment = AmendEnvironment.Of(parsed);
        return EditStore.Open(environment.Models.Find(model), GlobalOptions.LoadOptions(parsed), environment.Home);
    }
}
