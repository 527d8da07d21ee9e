using System.Text.Json;

namespace Amend.Models.Configuration;

/// <summary>Typed reading of <c>config.json</c>, with errors that name the key.</summary>
public static class ConfigReader
{
    /// <summary>A whole number of at least one.</summary>
    /// <exception cref="ModelFormatException">The key is missing or is not such a number.</exception>
    public static int Size(this JsonElement config, string key) =>
        config.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var size) && size > 0
            ? size
            : throw new ModelFormatException(
                $"config.json: '{key}' should be a whole number above 0 but is {Found(config, key)}; check the model folder.");

    /// <summary>A whole number of at least one, or a default where the key is missing or null.</summary>
    public static int SizeOr(this JsonElement config, string key, int fallback) => IsAbsent(config, key) ? fallback : config.Size(key);

    /// <summary>A whole number of at least zero, or a default where the key is missing or null.</summary>
    /// <exception cref="ModelFormatException">It is no such number.</exception>
    public static int CountOr(this JsonElement config, string key, int fallback) =>
        IsAbsent(config, key) ? fallback
        : config.GetProperty(key) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var count) && count >= 0 ? count
        : throw new ModelFormatException(
            $"config.json: '{key}' should be a whole number of at least 0 but is {Found(config, key)}; check the model folder.");

    /// <summary>A whole number of at least one; null where the key is null, and a default where it is missing.</summary>
    public static int? SizeOrNone(this JsonElement config, string key, int? missing) =>
        !config.TryGetProperty(key, out _) ? missing : IsAbsent(config, key) ? null : config.Size(key);

    /// <summary>A number; null where the key is null, and a default where it is missing.</summary>
    public static double? NumberOrNone(this JsonElement config, string key, double? missing) =>
        !config.TryGetProperty(key, out _) ? missing : IsAbsent(config, key) ? null : config.NumberOr(key, 0);

    /// <summary>A number, or a default where the key is missing or null.</summary>
    public static double NumberOr(this JsonElement config, string key, double fallback) =>
        IsAbsent(config, key) ? fallback
        : config.GetProperty(key) is { ValueKind: JsonValueKind.Number } value ? value.GetDouble()
        : throw new ModelFormatException($"config.json: '{key}' should be a number but is {Found(config, key)}; check the model folder.");

    /// <summary>A number.</summary>
    /// <exception cref="ModelFormatException">The key is missing or is no number.</exception>
    public static double Number(this JsonElement config, string key) =>
        config.NumberOrNone(key, null)
            ?? throw new ModelFormatException($"config.json: '{key}' should be a number but is {Found(config, key)}; "
                + "check the model folder.");

    /// <summary>A truth value, or a default where the key is missing or null.</summary>
    public static bool FlagOr(this JsonElement config, string key, bool fallback) =>
        IsAbsent(config, key) ? fallback
        : config.GetProperty(key) is { ValueKind: JsonValueKind.True or JsonValueKind.False } value ? value.GetBoolean()
        : throw new ModelFormatException($"config.json: '{key}' should be true or false but is {Found(config, key)}; "
            + "check the model folder.");

    /// <summary>A text, or a default where the key is missing or null.</summary>
    public static string TextOr(this JsonElement config, string key, string fallback) =>
        IsAbsent(config, key) ? fallback
        : config.GetProperty(key) is { ValueKind: JsonValueKind.String } value ? value.GetString()!
        : throw new ModelFormatException($"config.json: '{key}' should be a text but is {Found(config, key)}; check the model folder.");

    /// <summary>A list of texts, or null where the key is missing or null.</summary>
    public static IReadOnlyList<string>? TextsOrNone(this JsonElement config, string key) =>
        IsAbsent(config, key) ? null
        : config.GetProperty(key) is { ValueKind: JsonValueKind.Array } list
            && list.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? [.. list.EnumerateArray().Select(item => item.GetString()!)]
        : throw new ModelFormatException($"config.json: '{key}' should be a list of texts but is {Found(config, key)}; "
            + "check the model folder.");

    /// <summary>A list of numbers.</summary>
    /// <exception cref="ModelFormatException">The key is missing or is no such list.</exception>
    public static IReadOnlyList<double> Numbers(this JsonElement config, string key) =>
        config.TryGetProperty(key, out var list) && list.ValueKind == JsonValueKind.Array
            && list.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Number)
            ? [.. list.EnumerateArray().Select(item => item.GetDouble())]
            : throw new ModelFormatException($"config.json: '{key}' should be a list of numbers but is {Found(config, key)}; "
                + "check the model folder.");

    /// <summary>An object under a key, or null where the key is missing or null.</summary>
    public static JsonElement? ObjectOrNone(this JsonElement config, string key) =>
        IsAbsent(config, key) ? null
        : config.GetProperty(key) is { ValueKind: JsonValueKind.Object } value ? value
        : throw new ModelFormatException($"config.json: '{key}' should be an object but is {Found(config, key)}; check the model folder.");

    /// <summary>The width of a head where the heads share the width of the residual stream.</summary>
    /// <exception cref="ModelFormatException">A key is missing, or the number of heads does not divide the width.</exception>
    public static int HeadWidth(this JsonElement config, string widthKey, string headsKey) =>
        config.Size(widthKey) % config.Size(headsKey) == 0
            ? config.Size(widthKey) / config.Size(headsKey)
            : throw new ModelFormatException(
                $"config.json: {widthKey} {config.Size(widthKey)} is not a multiple of {headsKey} {config.Size(headsKey)}; "
                    + "check the model folder.");

    /// <summary>The number of key and value heads, that of the heads where the key is missing or null.</summary>
    /// <exception cref="ModelFormatException">The heads are not a multiple of it.</exception>
    public static int KeyValueHeads(this JsonElement config, string headsKey, string keyValueHeadsKey)
    {
        var (heads, keyValueHeads) = (config.Size(headsKey), config.SizeOr(keyValueHeadsKey, config.Size(headsKey)));
        return heads % keyValueHeads == 0
            ? keyValueHeads
            : throw new ModelFormatException($"config.json: {headsKey} {heads} is not a multiple of {keyValueHeadsKey} {keyValueHeads}; "
                + "check the model folder.");
    }

    /// <summary>A token id, or null where the key is missing or null.</summary>
    /// <exception cref="ModelFormatException">It is no id of the vocabulary.</exception>
    public static int? IdOrNone(this JsonElement config, string key, int vocabulary) =>
        IsAbsent(config, key) ? null
        : config.GetProperty(key) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var id) && id >= 0
            && id < vocabulary ? id
        : throw new ModelFormatException(
            $"config.json: '{key}' should be a token id from 0 to {vocabulary - 1} but is {Found(config, key)}; check the model folder.");

    /// <summary>What the model is for: the first of <c>architectures</c>.</summary>
    /// <param name="config">The root of <c>config.json</c>.</param>
    /// <param name="known">The architectures that the family has.</param>
    /// <exception cref="ModelFormatException">It is none of the family's.</exception>
    public static string Architecture(this JsonElement config, params IReadOnlyCollection<string> known) =>
        config.TextsOrNone("architectures") is [var named, ..] && known.Contains(named)
            ? named
            : throw new ModelFormatException(
                $"config.json: 'architectures' should begin with one of {string.Join(", ", known)} but is "
                    + $"{Found(config, "architectures")}; give a model of one of these kinds.");

    private static bool IsAbsent(JsonElement config, string key) =>
        !config.TryGetProperty(key, out var value) || value.ValueKind == JsonValueKind.Null;

    private static string Found(JsonElement config, string key) =>
        config.TryGetProperty(key, out var value) ? value.GetRawText() : "missing";
}
