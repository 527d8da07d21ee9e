using static TorchSharp.torch;

namespace Amend.Tensors.Optimization;

/// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2), on the tensors that are to decay.</summary>
public sealed class AdamW : Optimizer
{
    private readonly AdamMoments _moments;
    private readonly bool[] _decays;

    /// <summary>Creates an optimiser whose moments are zero.</summary>
    /// <param name="tensors">What is moved.</param>
    /// <param name="settings">The constants; PyTorch's without weight decay where null.</param>
    /// <param name="decays">Which tensors decay; all where null.</param>
    /// <exception cref="ArgumentException">There is no tensor, a name comes twice, or a constant is out of range.</exception>
    public AdamW(IReadOnlyList<NamedTensor> tensors, AdamSettings? settings = null, Predicate<NamedTensor>? decays = null)
        : base(tensors)
    {
        var constants = (settings ?? new AdamSettings()).Validated();
        _moments = new AdamMoments(AddState("first"), AddState("second"), constants);
        _decays = [.. tensors.Select(tensor => decays?.Invoke(tensor) ?? true)];
    }

    private protected override void Move(int index, Tensor gradient, double rate)
    {
        var weight = Tensors[index].Value;
        if (_decays[index])
            weight.mul_(1 - rate * _moments.Settings.WeightDecay);
        _moments.Move(index, weight, gradient, rate, Steps);
    }
}
