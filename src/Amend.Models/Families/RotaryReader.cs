using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Layers;

namespace Amend.Models.Families;

/// <summary>
/// Computes a family's rotary embedding from what <c>config.json</c> says (<see cref="RotarySettings"/>), as transformers'
/// <c>modeling_rope_utils.py</c> does.
/// </summary>
public static class RotaryReader
{
    private static readonly Dictionary<string, Func<ScaledRotary, Rotary>> Scalings = new(StringComparer.Ordinal)
    {
        [RotarySettings.Unscaled] = plain => Halves(plain.Frequencies),
        ["linear"] = asked => Halves(RotaryScaling.Linear(asked.Frequencies, asked.Scaling.Number("factor"))),
        ["dynamic"] = ReadDynamic,
        ["yarn"] = ReadYarn,
        ["llama3"] = asked => Halves(RotaryScaling.Llama3(
            asked.Frequencies,
            asked.Scaling.Number("factor"),
            asked.Scaling.Number("low_freq_factor"),
            asked.Scaling.Number("high_freq_factor"),
            asked.Scaling.Size("original_max_position_embeddings"))),
        ["longrope"] = ReadLong,
        // LongRoPE's name in the first files of Phi-3.
        ["su"] = ReadLong,
    };

    /// <summary>Reads the embedding of half-split heads.</summary>
    /// <param name="config">The root of <c>config.json</c>.</param>
    /// <param name="dimensions">How many values of a head are turned.</param>
    /// <param name="thetaKey">The key of the base, 10,000 where it is missing.</param>
    /// <exception cref="ModelFormatException">The scaling is unknown or one of its keys is missing.</exception>
    public static Rotary Read(JsonElement config, int dimensions, string thetaKey = RotarySettings.ThetaKey) =>
        Read(RotarySettings.Of(config, thetaKey), dimensions);

    /// <summary>Computes the embedding of half-split heads.</summary>
    /// <param name="settings">What the file says.</param>
    /// <param name="dimensions">How many values of a head are turned.</param>
    /// <exception cref="ModelFormatException">The scaling is unknown or one of its keys is missing.</exception>
    public static Rotary Read(RotarySettings settings, int dimensions)
    {
        if (dimensions < 2 || dimensions % 2 != 0)
        {
            throw new ModelFormatException(
                $"config.json asks for rotary positions on {dimensions} values of a head, which is no even number above 0; check "
                + "the model folder.");
        }

        return Find(settings.Name)(new ScaledRotary(settings, dimensions));
    }

    private static Rotary ReadDynamic(ScaledRotary asked)
    {
        var (factor, original) = (asked.Scaling.Number("factor"), asked.Settings.OriginalContext);
        return Halves(asked.Frequencies) with
        {
            Context = (int)(original * factor),
            Stretch = new RotaryStretch(
                original, length => Single(RotaryScaling.Dynamic(asked.Dimensions, asked.Settings.Theta, factor, original, length))),
        };
    }

    private static Rotary ReadYarn(ScaledRotary asked)
    {
        // The first files of Phi-3 call LongRoPE so, too.
        if (asked.Settings.HasFactors)
            return ReadLong(asked);
        var (scaling, original, context) = (asked.Scaling, asked.Settings.OriginalContext, asked.Settings.Context);
        var factor = scaling.NumberOrNone("factor", null) ?? (double)context / original;
        var yarn = new YarnOptions(factor, original);
        yarn = yarn with
        {
            BetaFast = scaling.NumberOr("beta_fast", yarn.BetaFast),
            BetaSlow = scaling.NumberOr("beta_slow", yarn.BetaSlow),
            Truncates = scaling.FlagOr("truncate", yarn.Truncates),
        };
        var (scale, scaleOfAll) = (scaling.NumberOr("mscale", 0), scaling.NumberOr("mscale_all_dim", 0));
        return Halves(RotaryScaling.Yarn(asked.Dimensions, asked.Settings.Theta, yarn)) with
        {
            Amplitude = scaling.NumberOrNone("attention_factor", null)
                ?? (scale != 0 && scaleOfAll != 0
                    ? RotaryScaling.YarnAmplitude(factor, scale) / RotaryScaling.YarnAmplitude(factor, scaleOfAll)
                    : RotaryScaling.YarnAmplitude(factor)),
            Context = Math.Max(context, (int)(original * factor)),
        };
    }

    /// <summary>Phi-3's scaling: the short factors hold in the first context, the long ones for all tokens of a longer sequence.</summary>
    private static Rotary ReadLong(ScaledRotary asked)
    {
        var (original, factor) = (asked.Settings.OriginalContext, asked.Settings.Stretch);
        var stretched = Single(RotaryScaling.Long(asked.Frequencies, asked.Scaling.Numbers("long_factor")));
        return Halves(RotaryScaling.Long(asked.Frequencies, asked.Scaling.Numbers("short_factor"))) with
        {
            Amplitude = asked.Scaling.NumberOrNone("attention_factor", null) ?? RotaryScaling.LongAmplitude(original, factor),
            Context = Math.Max(asked.Settings.Context, (int)(original * factor)),
            Stretch = new RotaryStretch(original, _ => stretched),
        };
    }

    private static Rotary Halves(IEnumerable<double> frequencies) => new(Single(frequencies), RotaryLayout.Halves);

    private static float[] Single(IEnumerable<double> frequencies) => [.. frequencies.Select(frequency => (float)frequency)];

    private static Func<ScaledRotary, Rotary> Find(string name) => Scalings.TryGetValue(name, out var found)
        ? found
        : throw new ModelFormatException(
            $"config.json asks for the rotary scaling '{name}'; known: {string.Join(", ", Scalings.Keys)}.");

    /// <summary>A scaling that a file asks for, with what it scales.</summary>
    private sealed record ScaledRotary(RotarySettings Settings, int Dimensions)
    {
        public JsonElement Scaling => Settings.Scaling!.Value;

        public IReadOnlyList<double> Frequencies => Rotary.PlainFrequencies(Dimensions, Settings.Theta);
    }
}
