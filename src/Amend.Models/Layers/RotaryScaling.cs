namespace Amend.Models.Layers;

/// <summary>How rotary frequencies are changed for contexts longer than the one a model was trained on first.</summary>
public static class RotaryScaling
{
    /// <summary>Position interpolation (Chen et al. 2023): all frequencies divided by the factor.</summary>
    public static IEnumerable<double> Linear(IEnumerable<double> frequencies, double factor) => frequencies.Select(frequency => frequency / factor);

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

    /// <summary>LongRoPE (Ding et al. 2024): each frequency divided by a factor of its own.</summary>
    /// <exception cref="ModelFormatException">There is not one factor a frequency.</exception>
    public static IEnumerable<double> Long(IReadOnlyList<double> frequencies, IReadOnlyList<double> factors) => factors.Count == frequencies.Count
        ? frequencies.Zip(factors, (frequency, factor) => frequency / factor)
        : throw new ModelFormatException($"config.json has {factors.Count} factors of rotary frequencies where {frequencies.Count} were expected; check the model folder.");

    /// <summary>LongRoPE's factor of turned values, √(1 + ln(s) / ln(L)), for a context L stretched to s L.</summary>
    public static double LongAmplitude(int originalContext, int context) => context <= originalContext
        ? 1
        : Math.Sqrt(1 + (Math.Log((double)context / originalContext) / Math.Log(originalContext)));
}
