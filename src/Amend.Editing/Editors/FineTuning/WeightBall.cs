using Amend.Editing.Tuning;

namespace Amend.Editing.Editors.FineTuning;

/// <summary>Projects tuned weights into a ball around their start (Zhu et al. 2020, eq. 3: ‖θ - θ₀‖ ≤ δ).</summary>
internal static class WeightBall
{
    /// <summary>Puts the weights at the nearest point of the ball.</summary>
    /// <param name="weights">All tuned weights, which share one L2 ball.</param>
    /// <param name="norm">The ball's norm.</param>
    /// <param name="radius">The ball's radius, above 0.</param>
    public static void Project(IReadOnlyList<TunedWeight> weights, BallNorm norm, double radius)
    {
        if (norm == BallNorm.Linf)
        {
            foreach (var weight in weights)
                weight.Clamp(radius);
            return;
        }

        var distance = Math.Sqrt(weights.Sum(weight => weight.SquaredDistance()));
        if (distance <= radius)
            return;
        foreach (var weight in weights)
            weight.Shorten(radius / distance);
    }
}
