using static TorchSharp.torch;

namespace Amend.Editing.KeyValue;

/// <summary>The values that make the model give the new targets, one for each request.</summary>
/// <param name="Original">What the values were, <c>[N,D]</c>, float32.</param>
/// <param name="Delta">What is added to them, <c>[N,D]</c>, float32.</param>
/// <param name="Losses">The losses of each request, step by step until it was finished.</param>
/// <param name="Converged">Whether each request's loss fell below the threshold.</param>
internal sealed record OptimizedValues(
    Tensor Original, Tensor Delta, IReadOnlyList<IReadOnlyList<LossStep>> Losses, IReadOnlyList<bool> Converged)
{
    /// <summary>Means over the requests, step by step; a request that was finished earlier counts with its last losses.</summary>
    public IReadOnlyList<LossStep> MeanLosses => [.. Enumerable.Range(0, Losses.Max(steps => steps.Count)).Select(step =>
    {
        LossStep[] now = [.. Losses.Select(steps => steps[Math.Min(step, steps.Count - 1)])];
        return new LossStep(step, now.Average(s => s.Total), now.Average(s => s.Nll), now.Average(s => s.Kl), now.Average(s => s.WeightDecay));
    })];
}
