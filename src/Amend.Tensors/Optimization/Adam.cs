using static TorchSharp.torch;

namespace Amend.Tensors.Optimization;

/// <summary>Adam (Kingma and Ba 2015, algorithm 1); weight decay is added to the gradient, as <c>torch.optim.Adam</c> does.</summary>
public sealed class Adam : Optimizer
{
    private readonly AdamMoments _moments;

    /// <summary>Creates an optimiser whose moments are zero.</summary>
    /// <param name="tensors">What is moved.</param>
    /// <param name="settings">The constants; PyTorch's where null.</param>
    /// <exception cref="ArgumentException">There is no tensor, a name comes twice, or a constant is out of range.</exception>
    public Adam(IReadOnlyList<NamedTensor> tensors, AdamSettings? settings = null)
        : base(tensors)
    {
        var constants = (settings ?? new AdamSettings()).Validated();
        _moments = new AdamMoments(AddState("first"), AddState("second"), constants);
    }

    private protected override void Move(int index, Tensor gradient, double rate)
    {
        var weight = Tensors[index].Value;
        if (_moments.Settings.WeightDecay > 0)
            gradient.add_(weight, alpha: _moments.Settings.WeightDecay);
        _moments.Move(index, weight, gradient, rate, Steps);
    }
}
