namespace Amend.Tensors.Optimization;

/// <summary>The constants of <see cref="Adam"/> and <see cref="AdamW"/>, PyTorch's by default.</summary>
public sealed record AdamSettings
{
    /// <summary>How much of the mean of gradients stays at a step.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>How much of the mean of squared gradients stays at a step.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the mean square.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Weight decay: part of the gradient in Adam, apart from it in AdamW.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Refuses constants that make no sense.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A constant is out of range.</exception>
    internal AdamSettings Validated()
    {
        if (Beta1 is not (>= 0 and < 1) || Beta2 is not (>= 0 and < 1) || !(Epsilon >= 0) || !(WeightDecay >= 0))
            throw new ArgumentOutOfRangeException(
                $"Adam was given the betas {Beta1} and {Beta2}, epsilon {Epsilon} and weight decay {WeightDecay}; "
                + "the betas must be in [0, 1), the others at least 0.",
                innerException: null);
        return this;
    }
}
