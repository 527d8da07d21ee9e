using Amend.Editing.HyperNetworks.Files;
using Amend.Models;
using Amend.Models.Families;
using Amend.Tensors;
using Amend.Tensors.Optimization;
using static TorchSharp.torch;

namespace Amend.Editing.HyperNetworks;

/// <summary>
/// Trains networks of an editor and keeps them. A training that was stopped or killed goes on from its checkpoint, and ends with the
/// same tensors bit for bit. The model is never written.
/// </summary>
public sealed class NetworkTrainer
{
    private readonly INetworkKind _kind;

    /// <summary>Creates the trainer of a kind of network.</summary>
    internal NetworkTrainer(INetworkKind kind) => _kind = kind;

    /// <summary>The editor that uses the networks.</summary>
    public string Editor => _kind.Editor;

    /// <summary>The kinds of model that networks are trained for.</summary>
    public ModelKinds Kinds => _kind.Kinds;

    /// <summary>Trains a network, or finds the one that was trained from the same.</summary>
    /// <param name="model">The model, without edits.</param>
    /// <param name="data">The requests.</param>
    /// <param name="training">Settings, seed, and where the network is kept.</param>
    /// <exception cref="AmendException">
    /// The model is of a kind that the editor does not serve or has edits, the data or a setting cannot be used, the checkpoint is of
    /// another training, another network is in the file's place, or a file cannot be written; what is on disk stays.
    /// </exception>
    /// <exception cref="ArithmeticException">A loss or gradient is no number; the last checkpoint stays.</exception>
    public TrainedNetwork Train(LanguageModel model, NetworkData data, NetworkTraining training)
    {
        model.Require($"The training of a network of {Editor}", Kinds);
        RefuseEdits(model);
        var options = _kind.Options(model, training.Settings);
        data.RequiredFor(model);
        var (weights, settings) = (model.CheckpointHash, _kind.Settings(options));
        var id = NetworkRecord.IdOf(Editor, weights, data.Hash, settings, training.Seed);
        var path = training.Path is { } place
            ? NetworkStore.PathAt(place, id)
            : training.Networks.PathFor(Editor, weights, data.Hash, id);
        if (Present(path, id) is { } present)
            return new TrainedNetwork(id, present, present.Curve, WasTrained: true);
        var folder = FolderOf(path);
        if (training.OnlyResume && !Directory.Exists(folder))
            throw new AmendException($"A training of {id} was to go on, and there is none in '{folder}'; leave --resume out to begin one.");
        using var network = _kind.Create(model, options, training.Seed);
        using var trainee = _kind.Train(model, network, data, options, training.Seed);
        var loop = new TrainingLoop(trainee, _kind.Plan(options) with { Identity = id }, folder);
        var curve = loop.Run(training.Progress, training.Stop);
        if (!curve.IsComplete)
            return new TrainedNetwork(id, null, curve);
        using var scope = NewDisposeScope();
        var tensors = training.Half ? NetworkFile.Halved(network.Tensors) : network.Tensors;
        var record = new NetworkRecord
        {
            Editor = Editor,
            Model = model.Name,
            ModelType = model.ModelType,
            BaseWeightsHash = weights,
            Data = data.Note,
            Settings = settings,
            Layers = [.. options.Layers.Order()],
            Weights = network.Weights,
            Seed = training.Seed,
            Steps = curve.Steps,
            KeptStep = curve.BestStep ?? curve.Steps,
            Figures = FiguresOf(curve),
            TensorsHash = NetworkFile.HashOf(tensors),
            Seconds = curve.Seconds,
            Version = LibraryVersion.Current,
            Time = DateTimeOffset.UtcNow,
        };
        NetworkFile.Write(path, record, tensors, curve);
        Directory.Delete(folder, recursive: true);
        return new TrainedNetwork(id, NetworkFile.Read(path), curve);
    }

    /// <summary>The folder in which the training of a network's file keeps what it goes on from.</summary>
    public static string FolderOf(string path) => Path.ChangeExtension(path, null) + NetworkStore.TrainingEnding;

    /// <summary>The file that is there already; null where there is none.</summary>
    private static NetworkFile? Present(string path, string id)
    {
        if (!File.Exists(path))
            return null;
        var found = NetworkFile.Read(path);
        return found.Record.Id == id ? found : throw new AmendException(
            $"'{path}' holds the network {found.Record.Id}, and {id} was to be written there; give another file, or move that one away.");
    }

    private static void RefuseEdits(LanguageModel model)
    {
        if (model.Applied.Ids.Count > 0)
        {
            throw new AmendException(
                $"'{model.Name}' has {model.Applied.Ids.Count} edits, and networks are trained for a model without; take them back first.");
        }
    }

    private static IReadOnlyDictionary<string, double> FiguresOf(TrainingCurve curve) =>
        (curve.Points.LastOrDefault(point => point.Step == curve.BestStep) ?? curve.Points[^1]).Validation;
}
