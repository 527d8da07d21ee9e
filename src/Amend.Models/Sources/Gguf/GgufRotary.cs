namespace Amend.Models.Sources.Gguf;

/// <summary>What a GGUF file says of rotary positions, with the keys of Hugging Face's <c>rope_scaling</c>.</summary>
public static class GgufRotary
{
    private const string Divisors = "rope_freqs.weight";
    private const string ShortFactors = "rope_factors_short.weight";
    private const string LongFactors = "rope_factors_long.weight";
    private const string Original = "rope.scaling.original_context_length";
    private const string Unscaled = "none";

    /// <summary>Tensors that are read here, and frequencies that old files hold though they can be computed.</summary>
    internal static IReadOnlyList<string> Tensors { get; } = [Divisors, ShortFactors, LongFactors];

    /// <summary>The base of the frequencies, 10,000 where the file does not say.</summary>
    public static double Base(GgufSettings settings) => settings.NumberOrNone("rope.freq_base") ?? 10000;

    /// <summary>
    /// The share of a head's values that is turned: <c>rope.dimension_count</c>, all where the file does not say. It is the least number
    /// whose product with the head's width is not below that count, because the product is cut to a whole number.
    /// </summary>
    public static double Share(GgufSettings settings) => settings.SizeOrNone("rope.dimension_count") is { } turned
        ? Math.BitIncrement((double)turned / settings.HeadWidth)
        : 1;

    /// <summary>
    /// The scaling: given divisors (Llama 3's scaling has no keys but the tensor <c>rope_freqs.weight</c>), LongRoPE's factors, or what
    /// <c>rope.scaling.type</c> names; null where there is none.
    /// </summary>
    /// <exception cref="Tensors.AmendException">A key is missing or mistyped.</exception>
    public static IReadOnlyDictionary<string, object?>? Scaling(GgufSettings settings)
    {
        if (settings.Has(ShortFactors) && settings.Has(LongFactors))
        {
            return new Dictionary<string, object?>
            {
                ["rope_type"] = "longrope",
                ["short_factor"] = settings.ValuesOf(ShortFactors),
                ["long_factor"] = settings.ValuesOf(LongFactors),
                ["original_max_position_embeddings"] = settings.Size(Original),
                ["attention_factor"] = settings.NumberOrNone("rope.scaling.attn_factor"),
            };
        }

        if (settings.Has(Divisors))
            return DividedAtAnyLength(settings);
        var factor = settings.NumberOrNone("rope.scaling.factor") ?? settings.NumberOrNone("rope.scale_linear");
        var type = settings.TextOrNone("rope.scaling.type") ?? (factor is null ? Unscaled : "linear");
        return type == Unscaled ? null : new Dictionary<string, object?>
        {
            ["rope_type"] = type,
            ["factor"] = factor,
            ["original_max_position_embeddings"] = settings.SizeOrNone(Original),
            ["beta_fast"] = settings.NumberOrNone("rope.scaling.yarn_beta_fast"),
            ["beta_slow"] = settings.NumberOrNone("rope.scaling.yarn_beta_slow"),
        };
    }

    /// <summary>Each frequency divided by a number of its own: LongRoPE with the same factors for short and long sequences.</summary>
    private static Dictionary<string, object?> DividedAtAnyLength(GgufSettings settings)
    {
        var divisors = settings.ValuesOf(Divisors);
        return new Dictionary<string, object?>
        {
            ["rope_type"] = "longrope",
            ["short_factor"] = divisors,
            ["long_factor"] = divisors,
            ["original_max_position_embeddings"] = settings.Size("context_length"),
            ["attention_factor"] = 1,
        };
    }
}
