using System.CommandLine;

namespace Amend.Cli.Commands.Atlas;

/// <summary><c>amend atlas suites</c>: writes a world's suites for a model in the public formats.</summary>
internal sealed class SuitesCommand : ICliCommand
{
    /// <inheritdoc/>
    public Command Build() => new("suites", "Write a world's suites for a model: atlas-counterfact and atlas-known.");
}
