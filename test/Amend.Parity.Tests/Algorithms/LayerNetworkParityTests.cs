using System.Text.Json;
using Amend.Editing.Adaptors;
using Amend.Editing.Editors.Defer;
using Amend.Editing.Editors.MemoryNetwork;
using Amend.Editing.LayerNetworks;
using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Scoring;
using Amend.Models.Shapes;
using static TorchSharp.torch;

namespace Amend.Parity.Tests.Algorithms;

/// <summary>Defer and the memory network train and answer as Thartvigsen/GRACE does: losses, parameters after four edits, probes.</summary>
[NoTensorLeaks]
[Trait("kind", "parity")]
public sealed class LayerNetworkParityTests
{
    /// <summary>The golden README's tolerance of losses.</summary>
    private const double LossTolerance = 1e-4;

    private static readonly Dictionary<string, string> Names = new()
    {
        ["defer.weight"] = "gate",
        ["defer.bias"] = "gate_bias",
        ["predict_values.weight"] = "value",
        ["predict_values.bias"] = "value_bias",
        ["fc.weight"] = "key",
        ["fc.bias"] = "key_bias",
        ["values"] = "values",
    };

    public static TheoryData<string> Cases => GoldenCases.Rows(GoldenCases.Under("algorithms").Where(golden => golden.Name is "defer_bert" or "memory_bert"));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Losses_parameters_and_probes_are_those_of_the_reference(string id)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenCases.Find(id);
        var json = golden.Json("case.json");
        using var expected = golden.Tensors("expected.safetensors");
        using var model = TinyModels.FromFolder(golden.Shared(json.GetProperty("model").GetString()!), new WrittenIds());
        var weight = model.Weights[$"{json.GetProperty("layer").GetString()}.weight"];
        var (form, options) = Settings(json);
        BeginAt(model, weight.Name, form, (weight.Value.shape[1], weight.Value.shape[0]), expected);

        foreach (var (number, asked) in json.GetProperty("edits").EnumerateArray().Index())
        {
            using var batch = TargetBatch.Create(model, [(WrittenIds.TextOf(Ids(asked)), WrittenIds.TextOf([asked.GetProperty("label").GetInt32()]))]);
            var edit = NetworkAdaptorEdit.Make(model, batch, weight, form, options);
            model.Applied.Apply($"edit {number}", [edit.Effect]);
            edit.Effect.Dispose();
            double[] losses = [.. json.GetProperty("losses")[number].EnumerateArray().Select(loss => loss.GetDouble())];
            Assert.Equal(losses.Length, edit.Losses.Count);
            Assert.All(losses.Zip(edit.Losses), pair => Assert.Equal(pair.First, pair.Second.Total, LossTolerance));
        }

        var network = NetworkAdaptorEdit.NetworkOn(model, weight.Name)!;
        foreach (var name in json.GetProperty("trained").EnumerateArray().Select(name => name.GetString()!))
            TensorAssert.CloseRelative(name, expected[$"edit3.{name}"], network.Parameters[Names[name]], json.GetProperty("tol_relative_parameters").GetDouble());
        using var inference = inference_mode();
        foreach (var (number, probe) in json.GetProperty("probes").EnumerateArray().Index())
        {
            var logits = ((EncoderClassifier)model.Transformer).Logits(TokenBatch.Pad([Ids(probe)], padding: 0))[0];
            TensorAssert.CloseRelative($"probe {number}", expected[$"probe{number}.logits"], logits, json.GetProperty("tol_relative_outputs").GetDouble());
        }
    }

    /// <summary>The reference's first parameters, as an edit that changes ours to them.</summary>
    private static void BeginAt(LanguageModel model, string weight, LayerNetworkForm form, (long Inputs, long Outputs) size, GoldenTensors expected)
    {
        using var scope = NewDisposeScope();
        using var begun = LayerNetwork.Begin(form, size.Inputs, size.Outputs);
        var changes = Names.Where(name => begun.Parameters.ContainsKey(name.Value))
            .ToDictionary(name => name.Value, name => expected[$"init.{name.Key}"] - begun.Parameters[name.Value]);
        using var effect = new LayerNetworkEffect(weight, form, size, changes);
        model.Applied.Apply("beginning", [effect]);
    }

    private static (LayerNetworkForm Form, AdaptorOptions Options) Settings(JsonElement json)
    {
        var (layer, steps, rate) = (1, json.GetProperty("n_iter").GetInt32(), json.GetProperty("edit_lr").GetDouble());
        Assert.Contains($".{layer}.", json.GetProperty("layer").GetString(), StringComparison.Ordinal);
        return json.GetProperty("threshold") is { ValueKind: JsonValueKind.Number } threshold
            ? (new LayerNetworkForm("defer", 0, threshold.GetDouble(), 0), new DeferOptions { Layers = [layer], NIter = steps, EditLr = rate })
            : (new LayerNetworkForm("memory", 0, 0, json.GetProperty("nkeys").GetInt32()), new MemoryNetworkOptions { Layers = [layer], NIter = steps, EditLr = rate });
    }

    private static int[] Ids(JsonElement asked) => [.. asked.GetProperty("input_ids").EnumerateArray().Select(id => id.GetInt32())];
}
