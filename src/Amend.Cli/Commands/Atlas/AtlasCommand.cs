using System.CommandLine;

namespace Amend.Cli.Commands.Atlas;

/// <summary><c>amend atlas</c>: the embedded world, its models and suites.</summary>
internal sealed class AtlasCommand : ICliCommand
{
    /// <inheritdoc/>
    public Command Build() => new("atlas", "A world of facts: train a model on it, write its suites.")
    {
        new Command("train", "Train a model on a world.")
        {
            new TrainGptCommand().Build(),
            new TrainMixtureCommand().Build(),
            new TrainBertCommand().Build(),
            new TrainT5Command().Build(),
            new TrainLabelsCommand().Build(),
        },
        new SuitesCommand().Build(),
    };
}
