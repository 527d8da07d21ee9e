using System.Text.Json.Nodes;
using Amend.Editing;
using Amend.Models;
using Amend.Models.Effects;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Testing;

/// <summary>Changes one matrix at random; with a fault, does to the model what an editor must not do.</summary>
public sealed class StubEditor(Action<LanguageModel>? fault = null, double size = 0.1) : IEditor
{
    public string Name => "stub";

    public EditorInfo Info { get; } = new("Random changes", "none", null);

    public JsonObject Settings(LanguageModel? model) => new() { ["layer"] = 1 };

    public List<IReadOnlyList<string>> AppliedBefore { get; } = [];

    public void Check(LanguageModel model, EditContext context)
    {
    }

    public EditResult Apply(LanguageModel model, IReadOnlyList<EditRequest> requests, EditContext context)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)(context.Seed + requests.Sum(request => (request.Subject ?? "").Sum(letter => letter))), CPU);
        lock (AppliedBefore)
            AppliedBefore.Add(model.Applied.Ids);
        fault?.Invoke(model);
        var weight = model.Transformer.DownProjection(1);
        var delta = new LowRankDelta(randn(weight.Value.shape[0], 1, generator: generator) * size, randn(weight.Value.shape[1], 1, generator: generator));
        var edit = new Edit(Record(model, requests[0]) with { Supersedes = context.Supersedes is { Count: > 0 } below ? below : null }, [new WeightEffect(weight.Name, delta)]);
        model.Applied.Apply(edit.Id, edit.Effects);
        return new EditResult(model, [edit]);
    }

    private EditRecord Record(LanguageModel model, EditRequest request) => new()
    {
        Request = request,
        Editor = Name,
        Settings = new JsonObject(),
        Layers = [1],
        Seed = 0,
        ContextTemplates = [],
        Model = model.Name,
        ModelType = model.ModelType,
        BaseWeightsHash = model.BaseHash,
        AppliedBefore = model.Applied.Ids,
        Losses = [],
        Converged = true,
        ProbabilityBefore = 0,
        ProbabilityAfter = 0,
        DeltaNorm = 1,
        Seconds = 0,
        Version = LibraryVersion.Current,
        Time = DateTimeOffset.UnixEpoch,
    };
}
