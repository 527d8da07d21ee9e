using Amend.Tensors.Optimization;
using static TorchSharp.torch;

namespace Amend.Tensors.Tests.Optimization;

/// <summary>
/// A line fitted to noisy points of each batch's own seed, held near 0 by a multiplier that ascends, with a margin that validation moves.
/// </summary>
internal sealed class ToyTrainee : ITrainee
{
    private const int Seed = 3;
    private readonly Tensor _weight = zeros(2).requires_grad_(true).DetachFromDisposeScope();
    private readonly Tensor _multiplier = ones(1).requires_grad_(true).DetachFromDisposeScope();
    private readonly Tensor _margin = ones(1).DetachFromDisposeScope();

    public ToyTrainee()
    {
        Tensors = [new("weight", _weight), new("multiplier", _multiplier), new("margin", _margin)];
        Optimizers =
        [
            new(new AdamW([Tensors[0]], new AdamSettings { WeightDecay = 0.01 }), new WarmUpThenLinear(0.1, 2, 20)),
            new(new RmsProp([Tensors[1]], new RmsPropSettings { IsCentered = true }), new ConstantRate(0.1)) { Ascends = true, Floor = 0 },
        ];
    }

    public IReadOnlyList<NamedTensor> Tensors { get; }

    public IReadOnlyList<ScheduledOptimizer> Optimizers { get; }

    /// <summary>What the loss is multiplied by at a batch; 1 where it is not given.</summary>
    public Func<int, float> Factor { get; init; } = _ => 1;

    /// <summary>The validation's figure at a step; the distance from (1, −1) where it is not given.</summary>
    public Func<int, double>? Distance { get; init; }

    public IReadOnlyDictionary<string, double> Learn(int batch)
    {
        using var generator = new Generator((ulong)(Seed * 1000 + batch), CPU);
        var input = randn([8, 2], generator: generator);
        var noise = randn([8], generator: generator) * 0.1;
        var loss = (input.matmul(_weight) - input[TensorIndex.Colon, 0] + input[TensorIndex.Colon, 1] + noise).square().mean();
        var constrained = loss + (_multiplier * (_weight.square().sum() - _margin)).sum();
        (constrained * Factor(batch)).backward();
        return new Dictionary<string, double> { ["loss"] = loss.item<float>() * Factor(batch) };
    }

    public IReadOnlyDictionary<string, double> Validate(int stepsDone)
    {
        _margin.mul_(0.9);
        var distance = Distance?.Invoke(stepsDone) ?? (_weight.detach() - tensor([1f, -1f])).norm().item<float>();
        return new Dictionary<string, double> { ["distance"] = distance };
    }

    public void Dispose()
    {
        foreach (var optimizer in Optimizers)
            optimizer.Optimizer.Dispose();
        foreach (var tensor in Tensors)
            tensor.Value.Dispose();
    }
}
