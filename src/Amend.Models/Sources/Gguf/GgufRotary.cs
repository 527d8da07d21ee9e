using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Layers;
using static TorchSharp.torch;

namespace Amend.Models.Sources.Gguf;

/// <summary>
/// What a GGUF file and a configuration say of rotary positions: the base, the scaling with the keys of Hugging Face's
/// <c>rope_scaling</c>, and the share of a head that is turned.
/// </summary>
public static class GgufRotary
{
    /// <summary>The scaling that the tensor <c>rope_freqs.weight</c> says.</summary>
    internal const string Llama3 = "llama3";

    /// <summary>The scaling that tensors of factors say.</summary>
    internal const string LongRope = "longrope";

    private const string Divisors = "rope_freqs.weight";
    private const string ShortFactors = "rope_factors_short.weight";
    private const string LongFactors = "rope_factors_long.weight";
    private const string BaseKey = "rope.freq_base";
    private const string Turned = "rope.dimension_count";
    private const string TypeKey = "rope.scaling.type";
    private const string FactorKey = "rope.scaling.factor";
    private const string OriginalKey = "rope.scaling.original_context_length";
    private const string AmplitudeKey = "rope.scaling.attn_factor";
    private const string Original = "original_max_position_embeddings";
    private const string Amplitude = "attention_factor";
    private const double SameAmplitude = 1e-6;
    private const string Unscaled = "none";

    /// <summary>YaRN's bounds, by the keys of the file and of the configuration.</summary>
    private static readonly (string InFile, string InConfiguration)[] Bounds =
        [("rope.scaling.yarn_beta_fast", "beta_fast"), ("rope.scaling.yarn_beta_slow", "beta_slow")];

    /// <summary>What a configuration can ask of YaRN that no file says.</summary>
    private static readonly string[] UnsaidOfYarn = [Amplitude, "mscale", "mscale_all_dim", "truncate"];

    /// <summary>The keys of a file for each scaling that needs no tensors.</summary>
    private static readonly Dictionary<string, Func<RotarySettings, IEnumerable<(string, object)>>> Scalings = new(StringComparer.Ordinal)
    {
        [RotarySettings.Unscaled] = _ => [],
        ["linear"] = said => [(TypeKey, said.Name), (FactorKey, (float)said.Scaling!.Value.Number("factor"))],
        ["yarn"] = WriteYarn,
    };

    /// <summary>Tensors that are read here, and frequencies that old files hold though they can be computed.</summary>
    internal static IReadOnlyList<string> Tensors { get; } = [Divisors, ShortFactors, LongFactors];

    /// <summary>The base of the frequencies, 10,000 where neither says.</summary>
    /// <param name="inConfiguration">The configuration's key.</param>
    /// <param name="isAlwaysWritten">Whether a file says it where it is 10,000; true by default.</param>
    /// <param name="missing">The base where a configuration does not say.</param>
    public static GgufKey Base(
        string inConfiguration = RotarySettings.ThetaKey, bool isAlwaysWritten = true, double missing = RotarySettings.DefaultTheta) => new(
        inConfiguration,
        file => file.NumberOrNone(BaseKey) ?? RotarySettings.DefaultTheta,
        config => RotarySettings.Of(config, inConfiguration, missing).Theta is var theta
            && (isAlwaysWritten || theta != RotarySettings.DefaultTheta)
            ? [(BaseKey, (float)theta)]
            : []);

    /// <summary>The share of a head's values that is turned: all where the file does not say.</summary>
    /// <remarks>
    /// It is the least number whose product with the head's width is not below the file's count, because the product is cut to a whole
    /// number.
    /// </remarks>
    /// <param name="inConfiguration">The configuration's key.</param>
    /// <param name="missing">The share where a configuration does not say.</param>
    public static GgufKey Share(string inConfiguration, double missing) => new(
        inConfiguration,
        file => file.SizeOrNone(Turned) is { } turned ? Math.BitIncrement((double)turned / file.HeadWidth) : 1.0,
        config =>
        {
            var width = config.HeadWidth("hidden_size", "num_attention_heads");
            return [(Turned, (uint)(width * RotarySettings.Share(config, inConfiguration, missing)))];
        });

    /// <summary>That whole heads are turned, whose width a file may say.</summary>
    /// <param name="width">The width of a head in a configuration; null where files do not say.</param>
    public static GgufKey WholeHeads(Func<JsonElement, int>? width = null) => new("partial_rotary_factor", RefuseParts,
        config => width is null ? [] : [(Turned, (uint)width(config))]);

    /// <summary>
    /// The scaling: given divisors (Llama 3's scaling has no keys but the tensor <c>rope_freqs.weight</c>), LongRoPE's factors, or what
    /// <c>rope.scaling.type</c> names; left out where there is none.
    /// </summary>
    /// <param name="byTensors">The scaling of which llama.cpp reads tensors in files of the architecture; by default, null, none.</param>
    internal static GgufKey Scaling(string? byTensors = null) =>
        new("rope_scaling", Read, config => Write(RotarySettings.Of(config), byTensors));

    /// <summary>That nothing is scaled, which files say by a key.</summary>
    internal static GgufKey NoScaling { get; } = new("rope_scaling", _ => null,
        config => KindOf(RotarySettings.Of(config)) is var kind && kind == RotarySettings.Unscaled
            ? [(TypeKey, Unscaled)]
            : throw GgufKey.Refusal($"the rotary scaling '{kind}'", "they have none"));

    /// <summary>The share of a head's values that is turned, where a configuration says a head's width.</summary>
    /// <param name="inConfiguration">The configuration's key.</param>
    /// <param name="missing">The share where a configuration does not say.</param>
    /// <param name="width">The width of a head in a configuration.</param>
    internal static GgufKey Share(string inConfiguration, double missing, Func<JsonElement, int> width) =>
        Share(inConfiguration, missing) with
        {
            Write = config => [(Turned, (uint)(width(config) * RotarySettings.Share(config, inConfiguration, missing)))],
        };

    /// <summary>The tensors of a scaling that a file says by tensors; none for others.</summary>
    /// <param name="config">The root of <c>config.json</c>.</param>
    /// <param name="dimensions">How many values of a head are turned.</param>
    public static IReadOnlyList<GgufVector> Vectors(JsonElement config, int dimensions)
    {
        var said = RotarySettings.Of(config);
        return KindOf(said) switch
        {
            LongRope => [Factors(LongFactors, "long_factor"), Factors(ShortFactors, "short_factor")],
            Llama3 => [new GgufVector(Divisors, DivisorsOf(said, dimensions))],
            _ => [],
        };

        GgufVector Factors(string name, string key) =>
            new(name, [.. said.Scaling!.Value.Numbers(key).Select(factor => (float)factor)]);
    }

    private static object? RefuseParts(GgufSettings file) => file.SizeOrNone(Turned) is { } turned && turned != file.HeadWidth
        ? throw file.Refusal(
            $"it turns {turned} of the {file.HeadWidth} values of a head ({file.Full(Turned)}), and only whole heads are turned here")
        : null;

    private static Dictionary<string, object?>? Read(GgufSettings file)
    {
        if (file.Has(ShortFactors) && file.Has(LongFactors))
        {
            return new Dictionary<string, object?>
            {
                ["rope_type"] = LongRope,
                ["short_factor"] = file.ValuesOf(ShortFactors),
                ["long_factor"] = file.ValuesOf(LongFactors),
                [Original] = file.Size(OriginalKey),
                ["attention_factor"] = file.NumberOrNone(AmplitudeKey),
            };
        }

        if (file.Has(Divisors))
            return DividedAtAnyLength(file);
        var factor = file.NumberOrNone(FactorKey) ?? file.NumberOrNone("rope.scale_linear");
        var type = file.TextOrNone(TypeKey) ?? (factor is null ? Unscaled : "linear");
        if (type == Unscaled)
            return null;
        var scaling = new Dictionary<string, object?>
        {
            ["rope_type"] = type,
            ["factor"] = factor,
            [Original] = file.SizeOrNone(OriginalKey),
        };
        foreach (var (inFile, inConfiguration) in Bounds)
            scaling[inConfiguration] = file.NumberOrNone(inFile);
        return scaling;
    }

    /// <summary>Each frequency divided by a number of its own: LongRoPE with the same factors for short and long sequences.</summary>
    private static Dictionary<string, object?> DividedAtAnyLength(GgufSettings file)
    {
        var divisors = file.ValuesOf(Divisors);
        return new Dictionary<string, object?>
        {
            ["rope_type"] = LongRope,
            ["short_factor"] = divisors,
            ["long_factor"] = divisors,
            [Original] = file.Size("context_length"),
            ["attention_factor"] = 1,
        };
    }

    private static string KindOf(RotarySettings said) => said.HasFactors ? LongRope : said.Name;

    private static IEnumerable<(string Key, object Value)> Write(RotarySettings said, string? byTensors)
    {
        var kind = KindOf(said);
        if (kind == byTensors)
            return kind == LongRope ? WriteLong(said) : [];
        return Scalings.TryGetValue(kind, out var write) ? write(said) : throw GgufKey.Refusal(
            $"the rotary scaling '{kind}'", $"they have {string.Join(", ", Scalings.Keys.Append(byTensors).OfType<string>().Skip(1))}");
    }

    private static IEnumerable<(string, object)> WriteLong(RotarySettings said) =>
        [(AmplitudeKey, (float)(said.Scaling!.Value.NumberOrNone("attention_factor", null)
            ?? RotaryScaling.LongAmplitude(said.OriginalContext, said.Stretch)))];

    private static IEnumerable<(string, object)> WriteYarn(RotarySettings said)
    {
        var scaling = said.Scaling!.Value;
        var factor = scaling.NumberOrNone("factor", null) ?? (double)said.Context / said.OriginalContext;
        if (Array.Find(UnsaidOfYarn, IsSaid) is { } key)
            throw GgufKey.Refusal($"{key} {scaling.GetProperty(key).GetRawText()}", "they have YaRN without it");
        return
        [
            (TypeKey, said.Name),
            (FactorKey, (float)factor),
            (OriginalKey, (uint)said.OriginalContext),
            .. from bound in Bounds
               let value = scaling.NumberOrNone(bound.InConfiguration, null)
               where value is not null
               select (bound.InFile, (object)(float)value.Value),
        ];

        bool IsSaid(string key) => scaling.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null
            && (key != Amplitude || Math.Abs(scaling.Number(key) - RotaryScaling.YarnAmplitude(factor)) > SameAmplitude);
    }

    /// <summary>
    /// What Llama 3's scaling divides each frequency by (<see cref="RotaryScaling.Llama3"/>), in the steps and the single precision of
    /// llama.cpp's converter, so that the numbers are its own to the last bit.
    /// </summary>
    private static float[] DivisorsOf(RotarySettings said, int dimensions)
    {
        using var scope = NewDisposeScope();
        using var none = no_grad();
        var scaling = said.Scaling!.Value;
        var (factor, original) = (scaling.Number("factor"), (double)scaling.Size(Original));
        var (low, high) = (scaling.Number("low_freq_factor"), scaling.Number("high_freq_factor"));
        var exponents = arange(0, dimensions, 2, dtype: ScalarType.Float32) / dimensions;
        var frequencies = tensor((float)said.Theta).pow(exponents).reciprocal();
        var waves = frequencies.reciprocal() * (2 * Math.PI);
        var kept = ((waves.reciprocal() * original) - low) / (high - low);
        var blended = (((1 - kept) / factor) + kept).reciprocal();
        var divided = where(waves > original / low, full_like(waves, factor), blended);
        return where(waves < original / high, ones_like(waves), divided).data<float>().ToArray();
    }
}
