using System.CommandLine;
using Amend.Atlas.Facts;
using Amend.Atlas.Training;
using Amend.Atlas.Training.Experts;
using Amend.Cli.Documents;

namespace Amend.Cli.Commands.Atlas;

/// <summary>A verb of <c>amend atlas train</c> that trains a decoder to say what a world's facts are.</summary>
/// <param name="name">The verb.</param>
/// <param name="description">What it is.</param>
/// <param name="usual">How it is trained, if nothing else is asked.</param>
internal abstract class TrainDecoderOfWorldCommand(string name, string description, TrainingOptions usual)
    : TrainWorldCommand<RecallReport>(new TrainedKind(name, description, "weights, held-out phrasings and order")
    {
        Steps = usual.Steps,
        Vocabulary = usual.Vocabulary,
        Seed = usual.Seed,
    })
{
    /// <summary>The experts that were asked; null, the default, for none.</summary>
    protected virtual MixtureOptions? Mixture(ParseResult parsed) => null;

    /// <inheritdoc/>
    protected sealed override Func<AtlasWorld, WorldTrainer<RecallReport>> Trainer(ParseResult parsed)
    {
        var options = (usual with
        {
            Steps = parsed.GetValue(Steps),
            Vocabulary = parsed.GetValue(Vocabulary),
            Seed = parsed.GetValue(Seed),
        }).Validated();
        var mixture = Mixture(parsed)?.Validated();
        return world => new GptTrainer(world, options, Console.Error, mixture);
    }

    /// <inheritdoc/>
    protected sealed override object Document(string folder, RecallReport report) => TrainedDocument.Of(folder, report);
}
