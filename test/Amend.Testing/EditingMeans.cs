using Amend.Editing.Editors;
using Amend.Editing.Homes;
using Amend.Editing.HyperNetworks;
using Amend.Editing.HyperNetworks.Files;
using Amend.Models;
using Amend.Tensors.Optimization;

namespace Amend.Testing;

/// <summary>
/// What editors need besides a model: statistics, and for those that use a network one that is small, untrained and of the model's weights.
/// </summary>
public sealed class EditingMeans : IDisposable
{
    /// <summary>What makes an editor's network small, and its first updates useful where they would be none.</summary>
    private static readonly Dictionary<string, string[]> Small = new(StringComparer.Ordinal)
    {
        ["ke"] = ["hidden=3", "condition_size=4"],
        ["efk"] = ["hidden=3", "condition_size=4"],
        ["mend"] = ["rank=2", "norm=false", "edit_lr=-0.005"],
        ["enn"] = ["edit_lr=0.005"],
    };

    private readonly LanguageModel _model;
    private readonly TempFolder _folder = new();
    private readonly NetworkStore _networks;

    /// <summary>Makes statistics of the width of the last layer's keys; networks are made when they are asked for.</summary>
    /// <param name="model">The model, which stays the caller's.</param>
    public EditingMeans(LanguageModel model)
    {
        _model = model;
        Statistics = new GivenStatistics((int)model.Transformer.DownMap(model.Shape.Layers - 1).Inputs);
        _networks = new NetworkStore(new AmendHome(_folder.Path));
    }

    public GivenStatistics Statistics { get; }

    /// <summary>Whether an editor uses a network, which sets the layers.</summary>
    public static bool UsesNetwork(string editor) => BuiltInNetworks.Names.Contains(editor);

    /// <summary>A store with a network of the editor for the model as it is, where the editor uses one and the kind of model has it.</summary>
    public NetworkStore NetworksFor(string editor)
    {
        if (UsesNetwork(editor) && BuiltInNetworks.All.Find(editor) is { } kind && kind.Kinds.HasFlag(_model.Transformer.Kind))
            Write(kind);
        return _networks;
    }

    public void Dispose()
    {
        _networks.Dispose();
        _folder.Dispose();
        Statistics.Dispose();
    }

    private void Write(INetworkKind kind)
    {
        var options = kind.Options(_model, Small.GetValueOrDefault(kind.Editor, []).Select(setting => setting.Split('=')).ToDictionary(parts => parts[0], parts => parts[1]));
        using var network = kind.Create(_model, options, seed: 1);
        var record = new NetworkRecord
        {
            Editor = kind.Editor,
            Model = _model.Name,
            ModelType = _model.ModelType,
            BaseWeightsHash = _model.CheckpointHash,
            Data = new NetworkDataNote("none", new string('0', 64), 0, 0),
            Settings = kind.Settings(options),
            Layers = options.Layers,
            Weights = network.Weights,
            Seed = 1,
            Steps = 0,
            KeptStep = 0,
            Figures = new Dictionary<string, double>(),
            TensorsHash = NetworkFile.HashOf(network.Tensors),
            Seconds = 0,
            Version = "0",
            Time = DateTimeOffset.UnixEpoch,
        };
        var path = _networks.PathFor(kind.Editor, _model.CheckpointHash, record.Data.Hash, record.Id);
        if (File.Exists(path))
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        NetworkFile.Write(path, record, network.Tensors, new TrainingCurve([]));
    }
}
