namespace Amend.Tensors.Optimization;

/// <summary>A rate that rises in equal parts and then falls along half a cosine (Loshchilov and Hutter 2017).</summary>
/// <param name="Highest">The highest rate.</param>
/// <param name="WarmUp">Steps over which it rises.</param>
/// <param name="Total">All steps; the rate stays at its lowest afterwards.</param>
/// <param name="LowestShare">The lowest rate as a share of the highest.</param>
public sealed record WarmUpThenCosine(double Highest, int WarmUp, int Total, double LowestShare = 0) : RateSchedule
{
    /// <inheritdoc/>
    public override double At(int index)
    {
        if (index < WarmUp)
            return Rising(Highest, index, WarmUp);
        var done = Math.Min(1, (double)(index - WarmUp) / Math.Max(1, Total - WarmUp));
        return Highest * (LowestShare + (1 - LowestShare) * 0.5 * (1 + Math.Cos(Math.PI * done)));
    }
}
