using System.CommandLine;
using Amend.Atlas.Training;
using Amend.Atlas.Training.Experts;

namespace Amend.Cli.Commands.Atlas;

/// <summary><c>amend atlas train mixture</c>: trains a Mixtral on a world.</summary>
internal sealed class TrainMixtureCommand() : TrainDecoderOfWorldCommand(
    "mixture",
    "A small Mixtral, with a mixture of experts in each block, from nothing; about an hour on 2 cores.",
    new TrainingOptions { Steps = 3000, FirstCycleSteps = 3000 })
{
    private static readonly MixtureOptions Usual = new();
    private readonly Option<int> _experts = Number("--experts", "Experts of each block.", Usual.Experts);
    private readonly Option<int> _chosen = Number("--chosen", "How many of them a token goes through.", Usual.Chosen);
    private readonly Option<int> _width = Number("--expert-width", "Width of an expert's inner layer.", Usual.ExpertWidth);

    /// <inheritdoc/>
    protected override IReadOnlyList<Option> Own => [_experts, _chosen, _width];

    /// <inheritdoc/>
    protected override MixtureOptions Mixture(ParseResult parsed) => Usual with
    {
        Experts = parsed.GetValue(_experts),
        Chosen = parsed.GetValue(_chosen),
        ExpertWidth = parsed.GetValue(_width),
    };
}
