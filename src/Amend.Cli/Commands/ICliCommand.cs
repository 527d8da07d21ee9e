using System.CommandLine;

namespace Amend.Cli.Commands;

/// <summary>A verb of the command line.</summary>
internal interface ICliCommand
{
    /// <summary>The verb with its arguments, options and action.</summary>
    Command Build();
}
