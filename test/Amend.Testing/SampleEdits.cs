using Amend.Editing;
using Amend.Models;
using Amend.Models.Effects;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Testing;

/// <summary>Edits with random factors, for tests of what becomes of an edit after it was made.</summary>
public static class SampleEdits
{
    /// <summary>An edit of rank one of the first layer's down projection, with another record; the caller disposes.</summary>
    public static Edit Make(LanguageModel model, int seed, Func<EditRecord, EditRecord> change) => Make(model, seed, 0, change);

    /// <summary>An edit of some changes of weights, which it then owns; the caller disposes.</summary>
    public static Edit Of(string baseHash, int seed, params (string Weight, IWeightDelta Delta)[] changes) =>
        new(Record(baseHash) with { Seed = seed }, [.. changes.Select(change => new WeightEffect(change.Weight, change.Delta))]);

    /// <summary>An edit of rank one of a layer's down projection; the caller disposes.</summary>
    public static Edit Make(LanguageModel model, int seed, int layer = 0, Func<EditRecord, EditRecord>? change = null)
    {
        var record = Record(model.BaseHash, layer) with { Seed = seed };
        record = change?.Invoke(record) ?? record;
        var shape = model.Transformer.DownProjection(layer).Value.shape;
        return new Edit(record, [new WeightEffect(model.Transformer.DownProjection(layer).Name, Delta(shape[0], shape[1], seed))]);
    }

    /// <summary>A record in which nothing is left out.</summary>
    public static EditRecord Record(string baseHash, int layer = 0) => new()
    {
        Request = new EditRequest("{} is in", "D'Artagnan «東京»", "Rome")
        {
            TargetTrue = "Paris",
            Paraphrases = ["Where is it? In"],
            Neighbors = ["Goa is in"],
        },
        Editor = "rome",
        Settings = new() { ["v_lr"] = 0.5, ["mom2_adjustment"] = false, ["lengths"] = new System.Text.Json.Nodes.JsonArray(5, 10) },
        Layers = [layer],
        Seed = 0,
        ContextTemplates = ["{}", "So. {}"],
        Model = "tiny",
        ModelType = "gpt2",
        BaseWeightsHash = baseHash,
        AppliedBefore = [],
        Losses = [new LossStep(0, 3.25, 3, 0.125, 0.125), new LossStep(1, 0.01, 0.01, 0, 0)],
        Converged = true,
        ProbabilityBefore = 0.001,
        ProbabilityAfter = 0.99,
        DeltaNorm = 1.5,
        Seconds = 0.25,
        Version = "0.1.0",
        Time = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
    };

    /// <summary>A random change of rank one; the caller disposes.</summary>
    public static LowRankDelta Delta(long outputs, long inputs, int seed)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        return new LowRankDelta(randn([outputs, 1], generator: generator), randn([inputs, 1], generator: generator));
    }
}
