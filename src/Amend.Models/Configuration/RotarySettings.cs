using System.Text.Json;

namespace Amend.Models.Configuration;

/// <summary>
/// What <c>config.json</c> says of rotary positions: <c>rope_theta</c> and <c>rope_scaling</c>, or both in <c>rope_parameters</c> as newer
/// files have them. Keys and defaults are those of transformers' <c>modeling_rope_utils.py</c>.
/// </summary>
/// <param name="Config">The root of <c>config.json</c>.</param>
/// <param name="Scaling">The keys of the scaling; null where there are none.</param>
/// <param name="Theta">The base of the frequencies.</param>
public sealed record RotarySettings(JsonElement Config, JsonElement? Scaling, double Theta)
{
    /// <summary>The base where no key says.</summary>
    public const double DefaultTheta = 10000;

    /// <summary>The key of the base in most families.</summary>
    public const string ThetaKey = "rope_theta";

    /// <summary>The name of frequencies as they are.</summary>
    public const string Unscaled = "default";

    private const string ScalingKey = "rope_scaling";
    private const string ParametersKey = "rope_parameters";
    private const string OriginalKey = "original_max_position_embeddings";

    /// <summary>The name of the scaling.</summary>
    public string Name => Scaling is { } scaling ? scaling.TextOr("rope_type", scaling.TextOr("type", Unscaled)) : Unscaled;

    /// <summary>Whether the scaling divides each frequency by a factor of its own, whatever the first files of Phi-3 call it.</summary>
    public bool HasFactors => Scaling is { } scaling && scaling.TryGetProperty("short_factor", out _);

    /// <summary>The longest context, in tokens.</summary>
    public int Context => Config.Size("max_position_embeddings");

    /// <summary>
    /// The context that the model was trained on first, beside the scaling or in it; the whole one where no key says.
    /// </summary>
    public int OriginalContext => Config.SizeOrNone(OriginalKey, null) ?? Scaling?.SizeOrNone(OriginalKey, null) ?? Context;

    /// <summary>How many times the first context is stretched by factors of LongRoPE.</summary>
    public double Stretch => OriginalContext < Context ? (double)Context / OriginalContext : Scaling?.NumberOr("factor", 1) ?? 1;

    /// <summary>Reads the settings.</summary>
    /// <param name="config">The root of <c>config.json</c>.</param>
    /// <param name="thetaKey">The key of the base.</param>
    /// <param name="theta">The base where no key says.</param>
    /// <exception cref="ModelFormatException">A key is mistyped, or types of layers differ.</exception>
    public static RotarySettings Of(JsonElement config, string thetaKey = ThetaKey, double theta = DefaultTheta)
    {
        // Of both at once transformers takes rope_scaling, unless it is empty.
        var filled = config.ObjectOrNone(ScalingKey) is { } given && given.EnumerateObject().Any() ? given : (JsonElement?)null;
        var scaling = filled ?? Parameters(config) ?? config.ObjectOrNone(ScalingKey);
        return new(config, scaling, scaling?.NumberOrNone(ThetaKey, null) ?? config.NumberOr(thetaKey, theta));
    }

    /// <summary>
    /// The settings of one type of layers, where <c>rope_parameters</c> stand once for each; null where they do not.
    /// </summary>
    /// <param name="config">The root of <c>config.json</c>.</param>
    /// <param name="type">The type as in <c>layer_types</c>.</param>
    /// <param name="theta">The base where no key says.</param>
    /// <exception cref="ModelFormatException">A key is mistyped.</exception>
    public static RotarySettings? OfLayers(JsonElement config, string type, double theta = DefaultTheta) =>
        config.ObjectOrNone(ParametersKey)?.ObjectOrNone(type) is { } own ? new(config, own, own.NumberOr(ThetaKey, theta)) : null;

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
}
