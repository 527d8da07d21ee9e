using System.Text.Json.Nodes;
using Amend.Editing.Homes;
using Amend.Editing.HyperNetworks;
using Amend.Editing.HyperNetworks.Files;
using Amend.Tensors.Optimization;

namespace Amend.Testing.HyperNetworks;

/// <summary>The file of a network that nobody trained: whoever lists or shows networks needs no more.</summary>
public static class SampleNetwork
{
    private const string Data = "5c8d1c5a66e8b8a9c0b14a7a2e1b7d5f0c0c3e4b2a1f9e8d7c6b5a4938271605";
    private const int Steps = 1200;
    private const int Every = 50;

    /// <summary>Writes the file into a home.</summary>
    /// <param name="home">The home.</param>
    /// <param name="weights">The hash of the weights that it is said to be for.</param>
    /// <param name="editor">The editor that it is said to be for.</param>
    /// <returns>The network's id.</returns>
    public static string Write(AmendHome home, string weights, string editor = RateNetworkKind.Name)
    {
        using var network = new RateNetwork(["transformer.h.2.mlp.c_proj.weight", "transformer.h.3.mlp.c_proj.weight"], start: 0.25);
        var curve = Curve();
        var record = new NetworkRecord
        {
            Editor = editor,
            Model = "atlas-gpt",
            ModelType = "gpt2",
            BaseWeightsHash = weights,
            Data = new NetworkDataNote("zsre:train.json", Data, 900, 100) { Split = new DataSplit(0, 0.1) },
            Settings = new JsonObject { ["layers"] = new JsonArray(2, 3), ["steps"] = Steps, ["lr"] = 0.1 },
            Layers = [2, 3],
            Weights = network.Weights,
            Seed = 0,
            Steps = Steps,
            KeptStep = Steps - Every,
            Figures = curve.Points[^2].Validation,
            TensorsHash = NetworkFile.HashOf(network.Tensors),
            Seconds = 1234.5,
            Version = "0.1.0",
            Time = DateTimeOffset.UnixEpoch,
        };
        using var store = new NetworkStore(home);
        var path = store.PathFor(editor, weights, Data, record.Id);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        NetworkFile.Write(path, record, network.Tensors, curve);
        return record.Id;
    }

    private static TrainingCurve Curve() => new(
    [
        .. Enumerable.Range(1, Steps / Every).Select(at => at * Every).Select(step => new CurvePoint(
            step,
            step * 1.02,
            new Dictionary<string, double> { [NetworkFigures.Loss] = 4.0 / (1 + (step / 200.0)) },
            new Dictionary<string, double>
            {
                [NetworkFigures.Loss] = 0.2 + (4.0 / (1 + (step / 250.0))),
                [NetworkFigures.Success] = 1 - Math.Exp(-step / 300.0),
                [NetworkFigures.Locality] = 1 - (0.4 * Math.Exp(-step / 600.0)),
            })),
    ])
    {
        IsComplete = true, Steps = Steps, Seconds = 1234.5, BestStep = Steps - Every,
    };
}
