using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Amend.Tensors.Optimization;

/// <summary>
/// RMSprop as <c>torch.optim.RMSprop</c> computes it without momentum: v ← αv + (1 − α)g², w ← w − rate · g / (√v + ε). Centred (Graves
/// 2013, section 4.2), √(v − ḡ²) stands in the place of √v, with ḡ ← αḡ + (1 − α)g.
/// </summary>
/// <remarks>v − ḡ² can fall below 0 by rounding where gradients hardly vary; it is then taken for 0, where PyTorch gives NaN.</remarks>
public sealed class RmsProp : Optimizer
{
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
        Tensor[] all = [tensor, gradient.contiguous(), _squares[index], .. _settings.IsCentered ? new[] { _means[index] } : []];
        if (ElementBlocks.Of(all) is { } blocks)
            blocks.Visit((block, work) => MoveBlock(block, work, rate));
        else
            MoveWhole(all, rate);
    }

    /// <summary>Moves a tensor.</summary>
    /// <param name="of">The tensor, the gradient, v, and ḡ where there is one.</param>
    /// <param name="rate">The learning rate.</param>
    private void MoveWhole(Tensor[] of, double rate)
    {
        var (gradient, square, alpha) = (of[1], of[2], _settings.Alpha);
        square.mul_(alpha).addcmul_(gradient, gradient, value: 1 - alpha);
        var variance = square;
        if (_settings.IsCentered)
        {
            of[3].mul_(alpha).add_(gradient, alpha: 1 - alpha);
            variance = square.addcmul(of[3], of[3], value: -1).clamp_(min: 0);
        }

        of[0].addcdiv_(gradient, variance.sqrt().add_(_settings.Epsilon), value: -rate);
    }

    private void MoveBlock(ElementBlocks.Block block, Span<float> work, double rate)
    {
        Span<float> tensor = block[0], gradient = block[1], square = block[2];
        Span<float> root = work[..tensor.Length], step = work[tensor.Length..];
        var alpha = _settings.Alpha;
        TensorPrimitives.Multiply(square, (float)alpha, square);
        TensorPrimitives.Multiply(gradient, (float)(1 - alpha), step);
        TensorPrimitives.FusedMultiplyAdd(step, gradient, square, square);
        if (_settings.IsCentered)
        {
            var mean = block[3];
            TensorPrimitives.Multiply(mean, (float)alpha, mean);
            TensorPrimitives.FusedMultiplyAdd(gradient, (float)(1 - alpha), mean, mean);
            TensorPrimitives.Negate(mean, step);
            TensorPrimitives.FusedMultiplyAdd(step, mean, square, root);
            TensorPrimitives.Max(root, 0, root);
            TensorPrimitives.Sqrt(root, root);
        }
        else
        {
            TensorPrimitives.Sqrt(square, root);
        }

        TensorPrimitives.Add(root, (float)_settings.Epsilon, root);
        TensorPrimitives.Multiply(gradient, (float)-rate, step);
        TensorPrimitives.Divide(step, root, step);
        TensorPrimitives.Add(tensor, step, tensor);
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
