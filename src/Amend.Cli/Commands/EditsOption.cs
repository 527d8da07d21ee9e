using System.CommandLine;

namespace Amend.Cli.Commands;

/// <summary>The option that says which edits of a model are meant.</summary>
internal static class EditsOption
{
    /// <summary>Makes the option.</summary>
    public static Option<string> Create() => new("--edits")
    {
        Description = "Which edits: all that are applied, some by their ids, or those that were applied after one, @ID.",
        HelpName = "all|ID,ID|@ID",
        DefaultValueFactory = _ => "all",
    };
}
