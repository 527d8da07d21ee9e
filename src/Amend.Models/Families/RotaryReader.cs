using System.Text.Json;
using Amend.Models.Layers;

namespace Amend.Models.Families;

/// <summary>
/// Reads a family's rotary embedding from <c>config.json</c>: <c>rope_theta</c> and <c>rope_scaling</c>, or both in
/// <c>rope_parameters</c> as newer files have them.
/// </summary>
public static class RotaryReader
{
    private const double DefaultTheta = 10000;

    private static readonly Dictionary<string, Func<JsonElement, JsonElement, IReadOnlyList<double>, Rotary>> Scalings = new(StringComparer.Ordinal)
    {
        ["default"] = (_, _, frequencies) => Halves(frequencies),
        ["linear"] = (_, scaling, frequencies) => Halves(RotaryScaling.Linear(frequencies, scaling.Number("factor"))),
        ["llama3"] = (_, scaling, frequencies) => Halves(RotaryScaling.Llama3(
            frequencies,
            scaling.Number("factor"),
            scaling.Number("low_freq_factor"),
            scaling.Number("high_freq_factor"),
            scaling.Size("original_max_position_embeddings"))),
        ["longrope"] = ReadLong,
    };

    /// <summary>Reads the embedding of half-split heads.</summary>
    /// <param name="config">The root of <c>config.json</c>.</param>
    /// <param name="dimensions">How many values of a head are turned.</param>
    /// <param name="thetaKey">The key of the base, 10,000 where it is missing.</param>
    /// <exception cref="ModelFormatException">The scaling is unknown or one of its keys is missing.</exception>
    public static Rotary Read(JsonElement config, int dimensions, string thetaKey = "rope_theta")
    {
        if (dimensions < 2 || dimensions % 2 != 0)
            throw new ModelFormatException($"config.json asks for rotary positions on {dimensions} values of a head, which is no even number above 0; check the model folder.");
        var parameters = config.ObjectOrNone("rope_parameters") ?? config.ObjectOrNone("rope_scaling");
        var theta = parameters?.NumberOrNone("rope_theta", null) ?? config.NumberOr(thetaKey, DefaultTheta);
        var frequencies = Rotary.PlainFrequencies(dimensions, theta);
        return parameters is { } scaling ? Find(scaling)(config, scaling, frequencies) : Halves(frequencies);
    }

    /// <summary>Phi-3's scaling within its first context, where the short factors hold; the long ones beyond it are not supported.</summary>
    private static Rotary ReadLong(JsonElement config, JsonElement scaling, IReadOnlyList<double> frequencies)
    {
        var context = config.Size("max_position_embeddings");
        var original = scaling.SizeOr("original_max_position_embeddings", config.SizeOr("original_max_position_embeddings", context));
        return Halves(RotaryScaling.Long(frequencies, scaling.Numbers("short_factor"))) with
        {
            Amplitude = scaling.NumberOr("attention_factor", RotaryScaling.LongAmplitude(original, context)),
            Context = original,
        };
    }

    private static Rotary Halves(IEnumerable<double> frequencies) => new([.. frequencies.Select(frequency => (float)frequency)], RotaryLayout.Halves);

    private static Func<JsonElement, JsonElement, IReadOnlyList<double>, Rotary> Find(JsonElement scaling)
    {
        var name = scaling.TextOr("rope_type", scaling.TextOr("type", "default"));
        return Scalings.TryGetValue(name, out var found)
            ? found
            : throw new ModelFormatException($"config.json asks for the rotary scaling '{name}'; known: {string.Join(", ", Scalings.Keys)}.");
    }
}
