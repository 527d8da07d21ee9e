namespace Amend.Tracing.Noise;

/// <summary>What the noise is drawn from.</summary>
public enum NoiseDistribution
{
    /// <summary>A normal distribution whose standard deviation is the level.</summary>
    Gaussian,

    /// <summary>A uniform distribution from minus to plus the level.</summary>
    Uniform,
}
