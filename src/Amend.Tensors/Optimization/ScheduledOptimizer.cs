using static TorchSharp.torch;

namespace Amend.Tensors.Optimization;

/// <summary>An optimiser with the rate of each step.</summary>
/// <param name="Optimizer">The optimiser, whose owner is the trainee.</param>
/// <param name="Rate">Its rate.</param>
public sealed record ScheduledOptimizer(Optimizer Optimizer, RateSchedule Rate)
{
    /// <summary>
    /// Whether it climbs: the gradients' signs are turned, and they are not clipped. Lagrange multipliers ascend where weights descend.
    /// </summary>
    public bool Ascends { get; init; }

    /// <summary>What its tensors are put back to where a step takes them below; null where there is no such bound.</summary>
    public double? Floor { get; init; }

    /// <summary>Takes the step of this number, counted from 0, along gradients that were found to be finite.</summary>
    internal void Step(int step)
    {
        if (Ascends)
            GradientNorm.Scale(Optimizer.Tensors, -1);
        Optimizer.StepMeasured(Rate.At(step));
        if (Floor is not { } floor)
            return;
        using var none = no_grad();
        foreach (var tensor in Optimizer.Tensors)
            tensor.Value.clamp_(min: floor);
    }
}
