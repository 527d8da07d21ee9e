using System.CommandLine;
using Amend.Models.Training;

namespace Amend.Cli.Commands.Train;

/// <summary>The options of <c>amend train classifier</c> that say how it is trained.</summary>
internal sealed class ClassifierSettings
{
    /// <summary>More than any model has.</summary>
    private const int MostLayers = 1000;

    private static readonly ClassifierOptions Usual = new();

    private readonly Option<string> _layers = new("--layers")
    {
        Description = "Layers that are trained beside the head, such as 4,5; all and the embeddings by default.",
        HelpName = "LAYERS",
        DefaultValueFactory = _ => LayerNumbers.All,
    };

    private readonly Option<int> _epochs = Number("--epochs", "Passes over the data.", Usual.Epochs);
    private readonly Option<int?> _steps = new("--steps") { Description = "Steps, instead of --epochs.", HelpName = "N" };
    private readonly Option<int> _batch = Number("--batch", "Texts a step.", Usual.BatchSize);
    private readonly Option<double> _rate = Number("--lr", "AdamW's highest learning rate.", Usual.LearningRate);
    private readonly Option<int?> _warmUp = new("--warm-up")
    {
        Description = "Steps over which the rate rises before it falls to 0; a tenth of all, at most 100, by default.",
        HelpName = "N",
    };

    private readonly Option<double> _decay = Number("--weight-decay", "Decay of matrices; none on biases and norms.", Usual.WeightDecay);
    private readonly Option<double> _entropy = Number("--entropy", "Weight of the predictions' entropy, taken from the loss.", 0.0);
    private readonly Option<double?> _dropout = new("--dropout")
    {
        Description = "Share of values that is dropped in training; the base's by default.",
        HelpName = "X",
    };

    private readonly Option<int?> _maxTokens = new("--max-tokens")
    {
        Description = "Tokens of a text that are read; the model's context by default.",
        HelpName = "N",
    };

    private readonly Option<int?> _patience = new("--patience")
    {
        Description = "Epochs in turn without a better accuracy after which training ends.",
        HelpName = "N",
    };

    private readonly Option<int> _seed = Number("--seed", "The seed of head, order, dropout and what is held out.", Usual.Seed);

    /// <summary>The seed.</summary>
    public int Seed(ParseResult parsed) => parsed.GetValue(_seed);

    /// <summary>Adds the options to the verb.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[
            _layers, _epochs, _steps, _batch, _rate, _warmUp, _decay, _entropy, _dropout, _maxTokens, _patience, _seed])
            command.Options.Add(option);
    }

    /// <summary>What was asked.</summary>
    public ClassifierOptions Read(ParseResult parsed)
    {
        var layers = parsed.GetValue(_layers)!;
        return Usual with
        {
            Layers = layers == LayerNumbers.All ? null : LayerNumbers.Parse(_layers.Name, layers, MostLayers),
            Epochs = parsed.GetValue(_epochs),
            Steps = parsed.GetValue(_steps),
            BatchSize = parsed.GetValue(_batch),
            LearningRate = parsed.GetValue(_rate),
            WarmUpSteps = parsed.GetValue(_warmUp),
            WeightDecay = parsed.GetValue(_decay),
            EntropyWeight = parsed.GetValue(_entropy),
            Dropout = parsed.GetValue(_dropout) is { } dropout ? new DropoutRates(dropout, dropout) : null,
            MaxTokens = parsed.GetValue(_maxTokens),
            Patience = parsed.GetValue(_patience),
            Seed = parsed.GetValue(_seed),
        };
    }

    private static Option<T> Number<T>(string name, string description, T usual) => new(name)
    {
        Description = description,
        HelpName = usual is int ? "N" : "X",
        DefaultValueFactory = _ => usual,
    };
}
