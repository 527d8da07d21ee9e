using System.CommandLine;
using Amend.Atlas.Facts;
using Amend.Atlas.Training;
using Amend.Atlas.Training.Labels;
using Amend.Cli.Documents;

namespace Amend.Cli.Commands.Atlas;

/// <summary><c>amend atlas train labels</c>: trains a BERT to sort documents about a world.</summary>
internal sealed class TrainLabelsCommand()
    : TrainClassifierOfWorldCommand<LabelReport>(
        Kind, "Documents", new(Usual.BatchRows, Usual.LearningRate, Usual.Layers, Usual.Width))
{
    private static readonly LabelTrainingOptions Usual = new();
    private static readonly TrainedKind Kind = new(
        "labels",
        "A small BERT that sorts documents as before a change of their labels, from nothing; minutes on 2 cores.",
        "weights, documents and order")
    {
        Steps = Usual.Steps,
        Vocabulary = Usual.Vocabulary,
        Seed = Usual.Seed,
    };

    /// <inheritdoc/>
    protected override Func<AtlasWorld, WorldTrainer<LabelReport>> Trainer(ParseResult parsed)
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
        return world => new LabelTrainer(world, options, Console.Error);
    }

    /// <inheritdoc/>
    protected override object Document(string folder, LabelReport report) => SortedDocument.Of(folder, report);
}
