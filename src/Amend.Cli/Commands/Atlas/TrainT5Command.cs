using System.CommandLine;
using Amend.Atlas.Facts;
using Amend.Atlas.Training;
using Amend.Atlas.Training.T5;
using Amend.Cli.Documents;

namespace Amend.Cli.Commands.Atlas;

/// <summary><c>amend atlas train t5</c>: trains a T5 to answer questions about a world.</summary>
internal sealed class TrainT5Command() : TrainWorldCommand<QuestionReport>(Kind)
{
    private static readonly T5TrainingOptions Usual = new();
    private static readonly TrainedKind Kind = new(
        "t5",
        "A small T5 that answers questions, from nothing; under an hour on 2 cores.",
        "weights, untold facts, held-out wordings and order")
    {
        Steps = Usual.Steps,
        Vocabulary = Usual.Vocabulary,
        Seed = Usual.Seed,
    };

    private readonly Option<int> _rows = Number("--rows", "Questions a step.", Usual.BatchRows);
    private readonly Option<int> _layers = Number("--layers", "Layers of each stack.", Usual.Layers);
    private readonly Option<int> _width = Number("--width", "Width of the residual stream, a multiple of 4.", Usual.Width);

    /// <inheritdoc/>
    protected override IReadOnlyList<Option> Own => [_rows, _layers, _width];

    /// <inheritdoc/>
    protected override Func<AtlasWorld, WorldTrainer<QuestionReport>> Trainer(ParseResult parsed)
    {
        var options = (Usual with
        {
            Steps = parsed.GetValue(Steps),
            BatchRows = parsed.GetValue(_rows),
            Layers = parsed.GetValue(_layers),
            Width = parsed.GetValue(_width),
            Vocabulary = parsed.GetValue(Vocabulary),
            Seed = parsed.GetValue(Seed),
        }).Validated();
        return world => new T5Trainer(world, options, Console.Error);
    }

    /// <inheritdoc/>
    protected override object Document(string folder, QuestionReport report) => AnsweredDocument.Of(folder, report);
}
