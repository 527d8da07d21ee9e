using static TorchSharp.torch;

namespace Amend.Tensors.Optimization;

/// <summary>
/// RMSprop as <c>torch.optim.RMSprop</c> computes it without momentum: v ← αv + (1 − α)g², w ← w − rate · g / (√v + ε). Centred (Graves
/// 2013, section 4.2), √(v − ḡ²) stands in the place of √v, with ḡ ← αḡ + (1 − α)g.
/// </summary>
/// <remarks>v − ḡ² can fall below 0 by rounding where gradients hardly vary; it is then taken for 0, where PyTorch gives NaN.</remarks>
public sealed class RmsProp : Optimizer
{
    /// <summary>Elements that are moved at once: all that is read and written for so many stays in the processor's cache.</summary>
    private const long AtOnce = 1 << 18;

    private readonly RmsPropSettings _settings;
    private readonly IReadOnlyList<Tensor> _squares;
    private readonly IReadOnlyList<Tensor> _means;

    /// <summary>Creates an optimiser whose means are zero.</summary>
    /// <param name="tensors">What is moved.</param>
    /// <param name="settings">The constants; PyTorch's where null.</param>
    /// <exception cref="ArgumentException">There is no tensor, a name comes twice, or a constant is out of range.</exception>
    public RmsProp(IReadOnlyList<NamedTensor> tensors, RmsPropSettings? settings = null)
        : base(tensors)
    {
        _settings = (settings ?? new RmsPropSettings()).Validated();
        _squares = AddState("square");
        _means = _settings.IsCentered ? AddState("mean") : [];
    }

    private protected override void Move(int index, Tensor gradient, double rate)
    {
        var tensor = Tensors[index].Value;
        if (_settings.WeightDecay > 0)
            gradient.add_(tensor, alpha: _settings.WeightDecay);
        Tensor[] all = [tensor, gradient, _squares[index], .. _settings.IsCentered ? new[] { _means[index] } : []];
        if (!tensor.is_contiguous())
        {
            MovePart(all, rate);
            return;
        }

        Tensor[] flat = [.. all.Select(one => one.reshape(-1))];
        for (long at = 0; at < flat[0].shape[0]; at += AtOnce)
        {
            using var scope = NewDisposeScope();
            MovePart([.. flat.Select(one => one.narrow(0, at, Math.Min(AtOnce, one.shape[0] - at)))], rate);
        }
    }

    /// <summary>Moves a part of a tensor.</summary>
    /// <param name="of">Its part of the tensor, the gradient, v, and ḡ where there is one.</param>
    /// <param name="rate">The learning rate.</param>
    private void MovePart(Tensor[] of, double rate)
    {
        var (gradient, square, alpha) = (of[1], of[2], _settings.Alpha);
        square.mul_(alpha).addcmul_(gradient, gradient, value: 1 - alpha);
        var variance = square;
        if (of is [.., _, var mean] && _settings.IsCentered)
        {
            mean.mul_(alpha).add_(gradient, alpha: 1 - alpha);
            variance = square.addcmul(mean, mean, value: -1).clamp_(min: 0);
        }

        of[0].addcdiv_(gradient, variance.sqrt().add_(_settings.Epsilon), value: -rate);
    }
}

/// <summary>The constants of <see cref="RmsProp"/>, PyTorch's by default.</summary>
public sealed record RmsPropSettings
{
    /// <summary>α, how much of the means stays at a step.</summary>
    public double Alpha { get; init; } = 0.99;

    /// <summary>ε, added to the root.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Weight decay, part of the gradient; 0 by default.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Whether the gradients' variance is taken instead of their mean square.</summary>
    public bool IsCentered { get; init; }

    /// <summary>Refuses constants that make no sense.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A constant is out of range.</exception>
    internal RmsPropSettings Validated() =>
        Alpha is >= 0 and < 1 && Epsilon >= 0 && WeightDecay >= 0
            ? this
            : throw new ArgumentOutOfRangeException(
                $"RMSprop was given alpha {Alpha}, epsilon {Epsilon} and weight decay {WeightDecay}; "
                + "alpha must be in [0, 1), the others at least 0.",
                innerException: null);
}
