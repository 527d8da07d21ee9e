namespace Amend.Tensors.Optimization;

/// <summary>The same rate at every step.</summary>
/// <param name="Rate">The rate.</param>
public sealed record ConstantRate(double Rate) : RateSchedule
{
    /// <inheritdoc/>
    public override double At(int index) => Rate;
}
