using Amend.Models.Configuration;

namespace Amend.Models.Layers;

/// <summary>How rotary frequencies are changed for contexts longer than the one a model was trained on first.</summary>
public static class RotaryScaling
{
    /// <summary>Position interpolation (Chen et al. 2023): all frequencies divided by the factor.</summary>
    public static IEnumerable<double> Linear(IEnumerable<double> frequencies, double factor) =>
        frequencies.Select(frequency => frequency / factor);

    /// <summary>
    /// Llama 3.1's scaling: frequencies whose wave is long beside the first context are divided by the factor, those whose wave is
    /// short are kept, and those between are blended (<c>_compute_llama3_parameters</c> of transformers).
    /// </summary>
    /// <param name="frequencies">The plain frequencies, in radians a token.</param>
    /// <param name="factor">What the low frequencies are divided by.</param>
    /// <param name="lowFrequencyFactor">Waves longer than the context over this are divided.</param>
    /// <param name="highFrequencyFactor">Waves shorter than the context over this are kept.</param>
    /// <param name="originalContext">The first context, in tokens.</param>
    public static IEnumerable<double> Llama3(
        IEnumerable<double> frequencies, double factor, double lowFrequencyFactor, double highFrequencyFactor, int originalContext) =>
        frequencies.Select(frequency =>
        {
            var wavesInContext = originalContext * frequency / (2 * Math.PI);
            var kept = Math.Clamp((wavesInContext - lowFrequencyFactor) / (highFrequencyFactor - lowFrequencyFactor), 0, 1);
            return ((1 - kept) * frequency / factor) + (kept * frequency);
        });

    /// <summary>
    /// Dynamic NTK-aware scaling (<c>_compute_dynamic_ntk_parameters</c> of transformers; Peng et al. 2023, section 3.3): the base grows
    /// with the sequence, by (s n / L - (s - 1))^(R / (R - 2)), so that the lowest frequency reaches over it and the highest stays.
    /// </summary>
    /// <param name="dimensions">How many values of a head are turned, R; even.</param>
    /// <param name="theta">The base.</param>
    /// <param name="factor">s.</param>
    /// <param name="originalContext">The first context L, in tokens.</param>
    /// <param name="length">The sequence's length n, in tokens, at least L.</param>
    public static IEnumerable<double> Dynamic(int dimensions, double theta, double factor, int originalContext, int length)
    {
        var stretch = (factor * length / originalContext) - (factor - 1);
        return Rotary.PlainFrequencies(dimensions, theta * Math.Pow(stretch, dimensions / (dimensions - 2.0)));
    }

    /// <summary>
    /// YaRN (Peng et al. 2023, section 3.2; <c>_compute_yarn_parameters</c> of transformers): frequencies that turn a value often within
    /// the first context are kept, those that turn it seldom are divided by the factor, and those between are blended: evenly over the
    /// pairs between the two bounds, as transformers has it, where the paper has it evenly over the turns.
    /// </summary>
    /// <param name="dimensions">How many values of a head are turned, R; even.</param>
    /// <param name="theta">The base b.</param>
    /// <param name="yarn">Factor, first context and bounds.</param>
    public static IEnumerable<double> Yarn(int dimensions, double theta, YarnOptions yarn)
    {
        // The pair that turns so often over the first context: r(i) = L b^(-2i/R) / 2π, solved for i.
        double PairOf(double turns) => dimensions * Math.Log(yarn.OriginalContext / (turns * 2 * Math.PI)) / (2 * Math.Log(theta));
        var (from, to) = (PairOf(yarn.BetaFast), PairOf(yarn.BetaSlow));
        (from, to) = yarn.Truncates ? (Math.Floor(from), Math.Ceiling(to)) : (from, to);
        (from, to) = (Math.Max(from, 0), Math.Min(to, dimensions - 1));
        var width = from == to ? 0.001 : to - from;
        return Rotary.PlainFrequencies(dimensions, theta).Select((frequency, pair) =>
        {
            var divided = Math.Clamp((pair - from) / width, 0, 1);
            return (divided * frequency / yarn.Factor) + ((1 - divided) * frequency);
        });
    }

    /// <summary>
    /// YaRN's factor of turned values, 0.1 m ln(s) + 1 (Peng et al. 2023, section 3.4, where m is 1); 1 where nothing is stretched.
    /// </summary>
    /// <param name="factor">s.</param>
    /// <param name="scale">m.</param>
    public static double YarnAmplitude(double factor, double scale = 1) => factor <= 1 ? 1 : (0.1 * scale * Math.Log(factor)) + 1;

    /// <summary>LongRoPE (Ding et al. 2024): each frequency divided by a factor of its own.</summary>
    /// <exception cref="ModelFormatException">There is not one factor a frequency.</exception>
    public static IEnumerable<double> Long(IReadOnlyList<double> frequencies, IReadOnlyList<double> factors) =>
        factors.Count == frequencies.Count ? frequencies.Zip(factors, (frequency, factor) => frequency / factor)
        : throw new ModelFormatException(
            $"config.json has {factors.Count} factors of rotary frequencies where {frequencies.Count} were expected; check the "
            + "model folder.");

    /// <summary>
    /// LongRoPE's factor of turned values, √(1 + ln(s) / ln(L)), for a context L stretched to s L; 1 where it is not stretched.
    /// </summary>
    /// <param name="originalContext">L.</param>
    /// <param name="factor">s.</param>
    public static double LongAmplitude(int originalContext, double factor) => factor <= 1
        ? 1
        : Math.Sqrt(1 + (Math.Log(factor) / Math.Log(originalContext)));
}

/// <summary>What YaRN's scaling of rotary frequencies depends on (Peng et al. 2023, section 3.2).</summary>
/// <param name="Factor">How many times the first context is stretched, s.</param>
/// <param name="OriginalContext">The first context L, in tokens.</param>
public sealed record YarnOptions(double Factor, int OriginalContext)
{
    /// <summary>Frequencies that turn a value more often than this over the first context are kept; β, 32 by default.</summary>
    public double BetaFast { get; init; } = 32;

    /// <summary>
    /// Frequencies that turn a value less often than this over the first context are divided by the factor; α, 1 by default.
    /// </summary>
    public double BetaSlow { get; init; } = 1;

    /// <summary>Whether the bounds between kept and divided frequencies are whole pairs; true by default.</summary>
    public bool Truncates { get; init; } = true;
}
