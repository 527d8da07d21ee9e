using System.Globalization;
using Amend.Models.Families;
using Amend.Tensors;
using Amend.Tensors.Files;
using Amend.Tensors.Optimization;
using TorchSharp;

namespace Amend.Models.Training;

/// <summary>
/// Fine-tunes an encoder as a classifier, keeps the weights that are the most accurate on the validation's texts, and writes a model folder
/// in Hugging Face form. A training that was stopped or killed goes on from the folder's checkpoint.
/// </summary>
public sealed class ClassifierTrainer
{
    private const int CheckpointEvery = 200;
    private readonly ClassifierData _data;
    private readonly ClassifierOptions _options;

    /// <summary>Creates a trainer.</summary>
    /// <param name="data">What is learned.</param>
    /// <param name="options">How.</param>
    /// <exception cref="AmendException">Nothing can be learned from the data.</exception>
    public ClassifierTrainer(ClassifierData data, ClassifierOptions options)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        _data = data.Validated();
        _options = options;
    }

    /// <summary>How the base must be loaded.</summary>
    public NewHead Head => new(new LabelSet(_data.Labels, AreExclusive: true), _options.Seed);

    /// <summary>Whether a training was stopped in a folder and can go on.</summary>
    public static bool CanResume(string folder) => Directory.Exists(new ClassifierFolder(folder).Work);

    /// <summary>Trains to the end, from the folder's checkpoint where there is one, and writes the model.</summary>
    /// <param name="model">The base with <see cref="Head"/>, in float32; its weights are those of the end afterwards.</param>
    /// <param name="folder">The model's folder: a new or empty one, or that of a training which was stopped.</param>
    /// <param name="progress">Told of each step, on this thread.</param>
    /// <param name="stop">Ends the training after the present step, with a checkpoint.</param>
    /// <returns>How it went, and how the written model judges the validation's texts; without that where it was stopped.</returns>
    /// <exception cref="AmendException">
    /// An option is out of range, the folder holds something else or cannot be written, or the model was loaded in another way; what was
    /// there before stays.
    /// </exception>
    /// <exception cref="ArithmeticException">The loss or a gradient is not finite; the last checkpoint stays.</exception>
    public TrainedClassifier Train(
        LanguageModel model, string folder, IProgress<TrainingProgress>? progress = null, CancellationToken stop = default)
    {
        Require(model);
        var options = _options.Validated(model.Shape.Layers, model.Shape.ContextLength);
        var output = new ClassifierFolder(folder);
        output.RefuseOtherContent();
        var dropout = options.Dropout ?? ClassifierFolder.DropoutOf(model);
        using var trainee = new ClassifierTrainee(model, _data, options, dropout);
        var curve = new TrainingLoop(trainee, Plan(model), output.Work).Run(progress, stop);
        if (!curve.IsComplete)
            return new TrainedClassifier(folder, curve, null) { Cut = trainee.Cut };
        output.WriteModel(model);
        var judged = output.Judge(trainee.Validation);
        var trained = new TrainedClassifier(folder, curve, judged) { Cut = trainee.Cut };
        output.WriteCard(new ClassifierCard(model, _data, options with { Dropout = dropout }, trained).Text());
        output.Finish();
        return trained;
    }

    private void Require(LanguageModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Transformer is not EncoderClassifier classifier || !classifier.Labels.Names.SequenceEqual(_data.Labels))
            throw new ArgumentException(
                $"'{model.Name}' is {model.Transformer.Architecture} and has not the labels {string.Join(", ", _data.Labels)}; "
                + $"load it with {nameof(Head)}.",
                nameof(model));
        if (model.Weights.All[0].Value.dtype != torch.ScalarType.Float32)
            throw new AmendException(
                $"'{model.Name}' is to be trained as {model.Weights.All[0].Value.dtype}, whose steps would be lost by rounding; "
                + "load it as float32.");
    }

    private TrainingPlan Plan(LanguageModel model) => new()
    {
        Steps = _options.StepsOf(_data.Train.Count),
        Identity = string.Create(
            CultureInfo.InvariantCulture,
            $"classifier on {ContentHash.Short(model.BaseHash)}, data {ContentHash.Short(_data.Hash())}, {_options}"),
        ClipNorm = _options.ClipNorm,
        ValidateEvery = _options.StepsOfEpoch(_data.Train.Count),
        CheckpointEvery = CheckpointEvery,
        Watched = new WatchedFigure(ClassifierTrainee.Accuracy, HigherIsBetter: true),
        Patience = _options.Patience,
    };
}

/// <summary>A classifier that was trained, or a part of the way.</summary>
/// <param name="Folder">The model's folder.</param>
/// <param name="Curve">How the training went.</param>
/// <param name="Validation">Where the written model puts the validation's texts; null where the training was stopped.</param>
public sealed record TrainedClassifier(string Folder, TrainingCurve Curve, ConfusionMatrix? Validation)
{
    /// <summary>How many texts were longer than is read and are cut off.</summary>
    public int Cut { get; init; }
}
