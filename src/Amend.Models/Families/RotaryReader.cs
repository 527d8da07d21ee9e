using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Layers;

namespace Amend.Models.Families;

/// <summary>
/// Reads a family's rotary embedding from <c>config.json</c>: <c>rope_theta</c> and <c>rope_scaling</c>, or both in
/// <c>rope_parameters</c> as newer files have them. Keys and defaults are those of transformers' <c>modeling_rope_utils.py</c>.
/// </summary>
public static class RotaryReader
{
    private const double DefaultTheta = 10000;
    private const string ParametersKey = "rope_parameters";

    private static readonly Dictionary<string, Func<ScaledRotary, Rotary>> Scalings = new(StringComparer.Ordinal)
    {
        ["default"] = plain => Halves(plain.Frequencies),
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
    public static Rotary Read(JsonElement config, int dimensions, string thetaKey = "rope_theta")
    {
        if (dimensions < 2 || dimensions % 2 != 0)
        {
            throw new ModelFormatException(
                $"config.json asks for rotary positions on {dimensions} values of a head, which is no even number above 0; check "
                + "the model folder.");
        }

        // Of both at once transformers takes rope_scaling, unless it is empty.
        var filled = config.ObjectOrNone("rope_scaling") is { } given && given.EnumerateObject().Any() ? given : (JsonElement?)null;
        var parameters = filled ?? Parameters(config) ?? config.ObjectOrNone("rope_scaling");
        var theta = parameters?.NumberOrNone("rope_theta", null) ?? config.NumberOr(thetaKey, DefaultTheta);
        return parameters is { } scaling
            ? Find(scaling)(new ScaledRotary(config, scaling, dimensions, theta))
            : Halves(Rotary.PlainFrequencies(dimensions, theta));
    }

    /// <summary>
    /// The share of a head's values that is turned: <c>partial_rotary_factor</c> of <c>rope_parameters</c> in newer files.
    /// </summary>
    /// <param name="config">The root of <c>config.json</c>.</param>
    /// <param name="olderKey">The family's own key for it at the root.</param>
    /// <param name="fallback">The share where no key says.</param>
    public static double Share(JsonElement config, string olderKey, double fallback) =>
        Parameters(config)?.NumberOrNone("partial_rotary_factor", null) ?? config.NumberOr(olderKey, fallback);

    /// <summary>
    /// <c>rope_parameters</c>; where they stand once for each type of <c>layer_types</c>, the ones that all types have.
    /// </summary>
    private static JsonElement? Parameters(JsonElement config)
    {
        if (config.ObjectOrNone(ParametersKey) is not { } parameters)
            return null;
        JsonElement[] ofTypes = [.. parameters.EnumerateObject().Select(of => of.Value)];
        if (ofTypes.Length == 0 || ofTypes.Any(one => one.ValueKind != JsonValueKind.Object))
            return parameters;
        return ofTypes.All(one => JsonElement.DeepEquals(one, ofTypes[0])) ? ofTypes[0] : throw new ModelFormatException(
            $"config.json: {ParametersKey} differ between types of layers ({parameters.GetRawText().ReplaceLineEndings(" ")}), "
            + "where this family turns all layers alike; check the model folder.");
    }

    private static Rotary ReadDynamic(ScaledRotary asked)
    {
        var (factor, original) = (asked.Scaling.Number("factor"), asked.OriginalContext);
        return Halves(asked.Frequencies) with
        {
            Context = (int)(original * factor),
            Stretch = new RotaryStretch(
                original, length => Single(RotaryScaling.Dynamic(asked.Dimensions, asked.Theta, factor, original, length))),
        };
    }

    private static Rotary ReadYarn(ScaledRotary asked)
    {
        // The first files of Phi-3 call LongRoPE so, too.
        if (asked.Scaling.TryGetProperty("short_factor", out _))
            return ReadLong(asked);
        var (scaling, original) = (asked.Scaling, asked.OriginalContext);
        var factor = scaling.NumberOrNone("factor", null) ?? (double)asked.Context / original;
        var yarn = new YarnOptions(factor, original);
        yarn = yarn with
        {
            BetaFast = scaling.NumberOr("beta_fast", yarn.BetaFast),
            BetaSlow = scaling.NumberOr("beta_slow", yarn.BetaSlow),
            Truncates = scaling.FlagOr("truncate", yarn.Truncates),
        };
        var (scale, scaleOfAll) = (scaling.NumberOr("mscale", 0), scaling.NumberOr("mscale_all_dim", 0));
        return Halves(RotaryScaling.Yarn(asked.Dimensions, asked.Theta, yarn)) with
        {
            Amplitude = scaling.NumberOrNone("attention_factor", null)
                ?? (scale != 0 && scaleOfAll != 0
                    ? RotaryScaling.YarnAmplitude(factor, scale) / RotaryScaling.YarnAmplitude(factor, scaleOfAll)
                    : RotaryScaling.YarnAmplitude(factor)),
            Context = Math.Max(asked.Context, (int)(original * factor)),
        };
    }

    /// <summary>Phi-3's scaling: the short factors hold in the first context, the long ones for all tokens of a longer sequence.</summary>
    private static Rotary ReadLong(ScaledRotary asked)
    {
        var original = asked.OriginalContext;
        var factor = original < asked.Context ? (double)asked.Context / original : asked.Scaling.NumberOr("factor", 1);
        var stretched = Single(RotaryScaling.Long(asked.Frequencies, asked.Scaling.Numbers("long_factor")));
        return Halves(RotaryScaling.Long(asked.Frequencies, asked.Scaling.Numbers("short_factor"))) with
        {
            Amplitude = asked.Scaling.NumberOrNone("attention_factor", null) ?? RotaryScaling.LongAmplitude(original, factor),
            Context = Math.Max(asked.Context, (int)(original * factor)),
            Stretch = new RotaryStretch(original, _ => stretched),
        };
    }

    private static Rotary Halves(IEnumerable<double> frequencies) => new(Single(frequencies), RotaryLayout.Halves);

    private static float[] Single(IEnumerable<double> frequencies) => [.. frequencies.Select(frequency => (float)frequency)];

    private static Func<ScaledRotary, Rotary> Find(JsonElement scaling)
    {
        var name = scaling.TextOr("rope_type", scaling.TextOr("type", "default"));
        return Scalings.TryGetValue(name, out var found)
            ? found
            : throw new ModelFormatException(
                $"config.json asks for the rotary scaling '{name}'; known: {string.Join(", ", Scalings.Keys)}.");
    }

    /// <summary>A scaling that a file asks for, with what it scales.</summary>
    private sealed record ScaledRotary(JsonElement Config, JsonElement Scaling, int Dimensions, double Theta)
    {
        public IReadOnlyList<double> Frequencies => Rotary.PlainFrequencies(Dimensions, Theta);

        public int Context => Config.Size("max_position_embeddings");

        /// <summary>
        /// The context that the model was trained on first, in the scaling or beside it; the whole one where no key says.
        /// </summary>
        public int OriginalContext =>
            Scaling.SizeOr("original_max_position_embeddings", Config.SizeOrNone("original_max_position_embeddings", null) ?? Context);
    }
}
