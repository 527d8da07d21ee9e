using System.CommandLine;
using Amend.Atlas.Facts;
using Amend.Atlas.Training;
using Amend.Atlas.Training.Labels;
using Amend.Cli.Documents;

namespace Amend.Cli.Commands.Atlas;

/// <summary><c>amend atlas train labels</c>: trains a BERT to sort documents about a world.</summary>
internal sealed class TrainLabelsCommand() : TrainWorldCommand<LabelReport>(Kind)
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

    private readonly Option<int> _rows = Number("--rows", "Documents a step.", Usual.BatchRows);
    private readonly Option<double> _rate = new("--learning-rate")
    {
        Description = "Highest learning rate.",
        HelpName = "RATE",
        DefaultValueFactory = _ => Usual.LearningRate,
    };
    private readonly Option<int> _layers = Number("--layers", "Layers.", Usual.Layers);
    private readonly Option<int> _width = Number("--width", "Width of the residual stream, a multiple of 4.", Usual.Width);

    /// <inheritdoc/>
    protected override IReadOnlyList<Option> Own => [_rows, _rate, _layers, _width];

    /// <inheritdoc/>
    protected override Func<AtlasWorld, WorldTrainer<LabelReport>> Trainer(ParseResult parsed)
    {
        var options = (Usual with
        {
            Steps = parsed.GetValue(Steps),
            BatchRows = parsed.GetValue(_rows),
            LearningRate = parsed.GetValue(_rate),
            Layers = parsed.GetValue(_layers),
            Width = parsed.GetValue(_width),
            Vocabulary = parsed.GetValue(Vocabulary),
            Seed = parsed.GetValue(Seed),
        }).Validated();
        return world => new LabelTrainer(world, options, Console.Error);
    }

    /// <inheritdoc/>
    protected override object Document(string folder, LabelReport report) => SortedDocument.Of(folder, report);
}
