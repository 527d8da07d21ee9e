using System.Text.Json;
using Amend.Editing.Editors.Knowledge;
using Amend.Models;
using static TorchSharp.torch;

namespace Amend.Parity.Tests.Algorithms;

/// <summary>A golden case of KnowledgeEditor or EFK: the model, the network with its stored tensors, and what the reference found.</summary>
internal sealed class KnowledgeNetworkCase : IDisposable
{
    private readonly GoldenCase _golden;

    private KnowledgeNetworkCase(GoldenCase golden, string networkFile)
    {
        _golden = golden;
        Json = golden.Json("case.json");
        Model = TinyModels.FromFolder(golden.Shared(Json.GetProperty("model").GetString()!), new WrittenIds());
        Expected = golden.Tensors("expected.safetensors");
        Network = ReadNetwork(networkFile);
    }

    public JsonElement Json { get; }

    public LanguageModel Model { get; }

    public KnowledgeNetwork Network { get; }

    public GoldenTensors Expected { get; }

    public double Tolerance => Json.GetProperty("tol_relative").GetDouble();

    public double MaxScale => Json.GetProperty("max_scale").GetDouble();

    /// <summary>Opens a case; its network is in a file of its own, or of another case.</summary>
    public static KnowledgeNetworkCase Open(string id)
    {
        var golden = GoldenCases.Find(id);
        var named = golden.Json("case.json").TryGetProperty("learner", out var other) ? Shared(golden, other.GetString()!) : null;
        return new KnowledgeNetworkCase(golden, named ?? golden.File(golden.Has("learner.safetensors") ? "learner.safetensors" : "hypernetwork.safetensors"));
    }

    public static TheoryData<string> Named(string name) => GoldenCases.Rows(GoldenCases.Under("algorithms").Where(golden => golden.Name == name));

    /// <summary>The texts of padded rows, by their ids without the padding.</summary>
    public static IReadOnlyList<string> Texts(JsonElement of, string prefix) =>
    [
        .. Rows(of.GetProperty($"{prefix}input_ids")).Zip(Rows(of.GetProperty($"{prefix}attention_mask")), (row, mask) => WrittenIds.TextOf(row[..mask.Sum()])),
    ];

    public static IReadOnlyList<int> Ids(string text) => new WrittenIds().Encode(text).Ids;

    /// <summary>A change, or a matrix of its factors, as the weight is stored.</summary>
    public Tensor AsStored(string weight, Tensor value) => Model.Weights[weight].StoredTransposed ? value.t() : value;

    public void Dispose()
    {
        Network.Dispose();
        Model.Dispose();
        Expected.Dispose();
    }

    private static string Shared(GoldenCase golden, string path) =>
        Path.Combine(golden.Shared(Path.GetDirectoryName(path)!), Path.GetFileName(path));

    private static IEnumerable<int[]> Rows(JsonElement rows) => rows.EnumerateArray().Select(row => row.EnumerateArray().Select(id => id.GetInt32()).ToArray());

    private KnowledgeNetwork ReadNetwork(string file)
    {
        using var tensors = new GoldenTensors(file);
        var sizes = new NetworkSizes((int)tensors["condition.lstm.weight_hh_l0"].shape[1], (int)tensors["condition.linear.linear.bias"].shape[0]);
        string[] weights = [.. (Json.TryGetProperty("include", out var include) ? include : Json.GetProperty("inner_params")).EnumerateArray().Select(name => name.GetString()!)];
        var form = new NetworkForm(sizes, new ConditionText(ConditionForm.Sentence, 64), MaxScale);
        var network = new KnowledgeNetwork(Model, [.. weights.Select(name => Model.Weights[name])], form, seed: 0);
        Assert.Equal(tensors.Names.Order(StringComparer.Ordinal), network.Tensors.Select(one => one.Name).Order(StringComparer.Ordinal));
        using var none = no_grad();
        foreach (var (name, value) in network.Tensors)
        {
            Assert.Equal(tensors[name].shape, value.shape);
            value.copy_(tensors[name]);
        }

        return network;
    }
}
