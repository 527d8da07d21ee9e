namespace Amend.Tensors.Optimization;

/// <summary>One schedule and, after some steps, another that begins anew.</summary>
/// <param name="First">The schedule of the first steps.</param>
/// <param name="Steps">How many they are.</param>
/// <param name="Second">The schedule of the others, whose step 0 is the one after them.</param>
public sealed record RatesInTurn(RateSchedule First, int Steps, RateSchedule Second) : RateSchedule
{
    /// <inheritdoc/>
    public override double At(int index) => index < Steps ? First.At(index) : Second.At(index - Steps);
}
