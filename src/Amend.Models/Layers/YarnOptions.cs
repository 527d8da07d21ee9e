namespace Amend.Models.Layers;

/// <summary>What YaRN's scaling of rotary frequencies depends on (Peng et al. 2023, section 3.2).</summary>
/// <param name="Factor">How many times the first context is stretched, s.</param>
/// <param name="OriginalContext">The first context L, in tokens.</param>
public sealed record YarnOptions(double Factor, int OriginalContext)
{
    /// <summary>Frequencies that turn a value more often than this over the first context are kept; β, 32 by default.</summary>
    public double BetaFast { get; init; } = 32;

    /// <summary>Frequencies that turn a value less often than this over the first context are divided by the factor; α, 1 by default.</summary>
    public double BetaSlow { get; init; } = 1;

    /// <summary>Whether the bounds between kept and divided frequencies are whole pairs; true by default.</summary>
    public bool Truncates { get; init; } = true;
}
