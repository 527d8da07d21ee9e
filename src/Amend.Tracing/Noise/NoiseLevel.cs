namespace Amend.Tracing.Noise;

/// <summary>A rule with the level that it gave.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Level">The standard deviation of Gaussian noise, or the bound of uniform noise.</param>
public sealed record NoiseLevel(NoiseRule Rule, double Level)
{
    /// <summary>A fixed level of Gaussian noise.</summary>
    public static NoiseLevel Fixed(double level) => new(new NoiseRule(NoiseDistribution.Gaussian, level), level);
}
