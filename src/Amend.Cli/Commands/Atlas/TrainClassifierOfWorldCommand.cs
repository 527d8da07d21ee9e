using System.CommandLine;

namespace Amend.Cli.Commands.Atlas;

/// <summary>A verb of <c>amend atlas train</c> that trains a BERT to put texts about a world under labels.</summary>
/// <typeparam name="TReport">What is measured of the written model.</typeparam>
/// <param name="kind">The kind of model.</param>
/// <param name="texts">What it reads, such as <c>Claims</c>.</param>
/// <param name="usual">Its sizes and rate, if nothing else is asked.</param>
internal abstract class TrainClassifierOfWorldCommand<TReport>(TrainedKind kind, string texts, ClassifierSizes usual)
    : TrainWorldCommand<TReport>(kind)
    where TReport : class
{
    private readonly Option<int> _rows = Number("--rows", $"{texts} a step.", usual.Rows);
    private readonly Option<double> _rate = new("--learning-rate")
    {
        Description = "Highest learning rate.",
        HelpName = "RATE",
        DefaultValueFactory = _ => usual.LearningRate,
    };
    private readonly Option<int> _layers = Number("--layers", "Layers.", usual.Layers);
    private readonly Option<int> _width = Number("--width", "Width of the residual stream, a multiple of 4.", usual.Width);

    /// <inheritdoc/>
    protected override IReadOnlyList<Option> Own => [_rows, _rate, _layers, _width];

    /// <summary>The sizes and the rate that were asked.</summary>
    protected ClassifierSizes Sizes(ParseResult parsed) =>
        new(parsed.GetValue(_rows), parsed.GetValue(_rate), parsed.GetValue(_layers), parsed.GetValue(_width));
}

/// <summary>Sizes of a classifier, and how it is trained.</summary>
/// <param name="Rows">Texts a step.</param>
/// <param name="LearningRate">The highest learning rate.</param>
/// <param name="Layers">Layers.</param>
/// <param name="Width">Width of the residual stream.</param>
internal sealed record ClassifierSizes(int Rows, double LearningRate, int Layers, int Width);
