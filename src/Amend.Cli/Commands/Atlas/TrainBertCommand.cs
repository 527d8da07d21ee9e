using System.CommandLine;
using Amend.Atlas.Facts;
using Amend.Atlas.Training;
using Amend.Atlas.Training.Bert;
using Amend.Cli.Documents;

namespace Amend.Cli.Commands.Atlas;

/// <summary><c>amend atlas train bert</c>: trains a BERT to judge claims about a world.</summary>
internal sealed class TrainBertCommand()
    : TrainClassifierOfWorldCommand<ClaimReport>(
        Kind, "Claims", new(Usual.BatchRows, Usual.LearningRate, Usual.Layers, Usual.Width))
{
    private static readonly BertTrainingOptions Usual = new();
    private static readonly TrainedKind Kind = new(
        "bert", "A small BERT that judges claims, from nothing; under an hour on 2 cores.", "weights, held-out forms and order")
    {
        Steps = Usual.Steps,
        Vocabulary = Usual.Vocabulary,
        Seed = Usual.Seed,
    };

    /// <inheritdoc/>
    protected override Func<AtlasWorld, WorldTrainer<ClaimReport>> Trainer(ParseResult parsed)
    {
        var sizes = Sizes(parsed);
        var options = (Usual with
        {
            Steps = parsed.GetValue(Steps),
            BatchRows = sizes.Rows,
            LearningRate = sizes.LearningRate,
            Layers = sizes.Layers,
            Width = sizes.Width,
            Vocabulary = parsed.GetValue(Vocabulary),
            Seed = parsed.GetValue(Seed),
        }).Validated();
        return world => new BertTrainer(world, options, Console.Error);
    }

    /// <inheritdoc/>
    protected override object Document(string folder, ClaimReport report) => JudgedDocument.Of(folder, report);
}
