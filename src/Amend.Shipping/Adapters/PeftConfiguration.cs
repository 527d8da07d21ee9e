using System.Text.Json;
using System.Text.RegularExpressions;
using Amend.Tensors;

namespace Amend.Shipping.Adapters;

/// <summary>What <c>adapter_config.json</c> says of a LoRA adapter (PEFT, <c>LoraConfig</c>).</summary>
internal sealed class PeftConfiguration
{
    private const string Kind = "LORA";
    private readonly JsonElement _json;
    private readonly string _path;

    private PeftConfiguration(JsonElement json, string path) => (_json, _path) = (json, path);

    /// <summary>The model that the adapter says it is for; null where it says none.</summary>
    public string? Base => Value("base_model_name_or_path") is { ValueKind: JsonValueKind.String } name ? name.GetString() : null;

    /// <summary>Reads the configuration of a folder.</summary>
    /// <exception cref="AmendException">It is missing, broken, or of no LoRA adapter.</exception>
    public static PeftConfiguration Read(string folder)
    {
        var path = Path.Combine(folder, PeftNames.ConfigFile);
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            if (json.RootElement.ValueKind != JsonValueKind.Object)
                throw new JsonException("it is no object");
            var configuration = new PeftConfiguration(json.RootElement.Clone(), path);
            return configuration.Value("peft_type") is { ValueKind: JsonValueKind.String } kind && kind.GetString() != Kind
                ? throw new AmendException(
                    $"'{path}' is of a {kind.GetString()} adapter, and {Kind} ones are imported; merge it with PEFT instead.")
                : configuration;
        }
        catch (Exception cause) when (cause is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new AmendException($"'{path}' cannot be read ({cause.Message.TrimEnd('.')}); give a whole adapter's folder.", cause);
        }
    }

    /// <summary>What B A of a module is multiplied by: alpha / r, or alpha / √r with <c>use_rslora</c>.</summary>
    /// <exception cref="AmendException">Rank or alpha is missing or no number.</exception>
    public double Scale(string module)
    {
        var rank = Of("rank_pattern", module) ?? Number("r");
        var alpha = Of("alpha_pattern", module) ?? Number("lora_alpha");
        return Value("use_rslora") is { ValueKind: JsonValueKind.True } ? alpha / Math.Sqrt(rank) : alpha / rank;
    }

    /// <summary>What patterns say of a module: regular expressions for an end of its name, of which the first that fits counts.</summary>
    private double? Of(string patterns, string module)
    {
        if (Value(patterns) is not { ValueKind: JsonValueKind.Object } keys)
            return null;
        foreach (var key in keys.EnumerateObject())
        {
            if (!Fits(key.Name, module))
                continue;
            return key.Value.ValueKind == JsonValueKind.Number
                ? key.Value.GetDouble()
                : throw Broken($"'{key.Name}' in {patterns} is no number");
        }

        return null;
    }

    private bool Fits(string pattern, string module)
    {
        try
        {
            return Regex.IsMatch(module, $@"\A(?:.*\.)?(?:{pattern})\z", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        }
        catch (Exception cause) when (cause is ArgumentException or RegexMatchTimeoutException)
        {
            throw Broken($"'{pattern}' is no pattern that can be used ({cause.Message.TrimEnd('.')})");
        }
    }

    private double Number(string key) => Value(key) is { ValueKind: JsonValueKind.Number } number && number.GetDouble() is > 0 and var value
        ? value
        : throw Broken($"it has no number '{key}' above 0");

    private JsonElement? Value(string key) => _json.TryGetProperty(key, out var value) ? value : null;

    private AmendException Broken(string found) => new($"'{_path}' cannot be used: {found}; save the adapter again with PEFT.");
}
