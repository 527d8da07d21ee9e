namespace Amend.Tensors.Optimization;

/// <summary>
/// A rate that rises in equal parts and then falls in equal parts, to 0 after the last step (transformers'
/// <c>get_linear_schedule_with_warmup</c>, but that the first step has a part of the rate and not 0).
/// </summary>
/// <param name="Highest">The highest rate.</param>
/// <param name="WarmUp">Steps over which it rises.</param>
/// <param name="Total">All steps.</param>
public sealed record WarmUpThenLinear(double Highest, int WarmUp, int Total) : RateSchedule
{
    /// <inheritdoc/>
    public override double At(int index) =>
        index < WarmUp ? Rising(Highest, index, WarmUp) : Highest * Math.Max(0, Total - index) / Math.Max(1, Total - WarmUp);
}
