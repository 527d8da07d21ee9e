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

    private static readonly Dictionary<string, Func<JsonElement, IReadOnlyList<double>, IEnumerable<double>>> Scalings = new(StringComparer.Ordinal)
    {
        ["default"] = (_, frequencies) => frequencies,
        ["linear"] = (scaling, frequencies) => RotaryScaling.Linear(frequencies, scaling.Number("factor")),
        ["llama3"] = (scaling, frequencies) => RotaryScaling.Llama3(
            frequencies,
            scaling.Number("factor"),
            scaling.Number("low_freq_factor"),
            scaling.Number("high_freq_factor"),
            scaling.Size("original_max_position_embeddings")),
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
        var scaled = parameters is { } scaling ? Find(scaling)(scaling, frequencies) : frequencies;
        return new Rotary([.. scaled.Select(frequency => (float)frequency)], RotaryLayout.Halves);
    }

    private static Func<JsonElement, IReadOnlyList<double>, IEnumerable<double>> Find(JsonElement scaling)
    {
        var name = scaling.TextOr("rope_type", scaling.TextOr("type", "default"));
        return Scalings.TryGetValue(name, out var found)
            ? found
            : throw new ModelFormatException($"config.json asks for the rotary scaling '{name}'; known: {string.Join(", ", Scalings.Keys)}.");
    }
}
