using System.Text.Json;
using Amend.Models.Configuration;

namespace Amend.Models.Families.DebertaV2;

/// <summary>What a DeBERTa <c>config.json</c> says of the distances that its attention knows, typed; names as in the file.</summary>
/// <param name="Span">
/// How many distances of each sign have vectors: position_buckets, or the longest distance where there are no buckets.
/// </param>
/// <param name="MostInSteps">The longest distance, which the last bucket reaches; null where there are no buckets.</param>
internal sealed record DistanceConfig(int Span, int? MostInSteps)
{
    private const string ToPosition = "c2p";
    private const string FromPosition = "p2c";

    /// <summary>Whether <c>pos_att_type</c> has <c>c2p</c>: queries meet the vectors of distances.</summary>
    public bool OfQueries { get; init; }

    /// <summary>Whether <c>pos_att_type</c> has <c>p2c</c>: keys meet the vectors of distances.</summary>
    public bool OfKeys { get; init; }

    /// <summary>share_att_key: whether distances are projected as contents are.</summary>
    public bool SharesProjections { get; init; }

    /// <summary>Whether <c>norm_rel_ebd</c> asks for a norm of the vectors.</summary>
    public bool HasNorm { get; init; }

    /// <summary>Reads what the configuration says; null where <c>relative_attention</c> is not true.</summary>
    /// <exception cref="ModelFormatException">A key is mistyped or inconsistent.</exception>
    public static DistanceConfig? Read(JsonElement config)
    {
        if (!config.FlagOr("relative_attention", false))
            return null;
        var most = AtLeastOne(config, "max_relative_positions") ?? config.Size("max_position_embeddings");
        var buckets = AtLeastOne(config, "position_buckets");
        if (buckets is < 2 || most - 1 <= buckets / 2)
        {
            throw new ModelFormatException(
                $"config.json: position_buckets {buckets} do not fit the longest distance of {most} (max_relative_positions, or "
                + "max_position_embeddings where that is below 1); check the model folder.");
        }

        var kinds = KindsOf(config);
        return new DistanceConfig(buckets ?? most, buckets is null ? null : most)
        {
            OfQueries = kinds.Contains(ToPosition),
            OfKeys = kinds.Contains(FromPosition),
            SharesProjections = config.FlagOr("share_att_key", false),
            HasNorm = config.TextOr("norm_rel_ebd", "none").Split('|', StringSplitOptions.TrimEntries).Contains("layer_norm"),
        };
    }

    /// <summary><c>pos_att_type</c>, a list or a text with bars.</summary>
    private static IReadOnlyList<string> KindsOf(JsonElement config)
    {
        const string Key = "pos_att_type";
        var kinds = config.TryGetProperty(Key, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : config.TextsOrNone(Key) ?? [];
        return kinds.FirstOrDefault(kind => kind is not (ToPosition or FromPosition)) is { } other
            ? throw new ModelFormatException(
                $"config.json: {Key} has '{other}'; known: {ToPosition}, {FromPosition}.")
            : kinds;
    }

    /// <summary>A whole number; null where it is missing or below one, which stands for none.</summary>
    private static int? AtLeastOne(JsonElement config, string key) =>
        config.NumberOr(key, -1) is var number && number < 1 ? null : config.Size(key);
}
