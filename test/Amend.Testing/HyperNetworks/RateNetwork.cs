using Amend.Editing;
using Amend.Editing.HyperNetworks;
using Amend.Models;
using Amend.Models.Taps;
using Amend.Tensors.LinearAlgebra;
using Amend.Tensors.Optimization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Amend.Testing.HyperNetworks;

/// <summary>The smallest network that edits: a learned rate for each matrix, ΔW = -exp(r) ∇W.</summary>
internal sealed class RateNetwork : HyperNetwork
{
    private readonly Parameter _rates_W1;

    public RateNetwork(IReadOnlyList<string> weights, double start)
    {
        Weights = weights;
        _rates_W1 = new Parameter(full([weights.Count, 1], Math.Log(start), dtype: float32));
        _rates_W1.DetachFromDisposeScope();
        Tensors = [new NamedTensor("rates", _rates_W1)];
    }

    public override IReadOnlyList<NamedTensor> Tensors { get; }

    public override IReadOnlyList<string> Weights { get; }

    public override IReadOnlyDictionary<string, Tensor> Updates(LanguageModel model, IReadOnlyList<EditRequest> requests)
    {
        using var scope = NewDisposeScope();
        return Rated(model, requests).ToDictionary(layer => layer.Key, layer => layer.Value.Output.t().matmul(layer.Value.Input).MoveToOuterDisposeScope());
    }

    public override IReadOnlyDictionary<string, IWeightDelta> Deltas(LanguageModel model, IReadOnlyList<EditRequest> requests)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        return Rated(model, requests).ToDictionary(
            layer => layer.Key, layer => (IWeightDelta)new LowRankDelta(layer.Value.Output.t().contiguous(), layer.Value.Input.t().contiguous()));
    }

    public override void Dispose() => _rates_W1.Dispose();

    /// <summary>u and -exp(r) δ of each matrix.</summary>
    private Dictionary<string, LinearGradient> Rated(LanguageModel model, IReadOnlyList<EditRequest> requests)
    {
        var gradients = RequestGradients.Take(model, requests, Weights);
        return Weights.Index().Where(weight => gradients.ContainsKey(weight.Item)).ToDictionary(
            weight => weight.Item,
            weight => new LinearGradient(
                gradients[weight.Item].Input.to(float32), gradients[weight.Item].Output.to(float32) * _rates_W1[weight.Index].exp().neg()));
    }
}
