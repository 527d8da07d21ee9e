using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Decoders;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families;

/// <summary>What GGUF files say of sliding windows: their width, and by the architecture which layers have one.</summary>
internal static class GgufWindows
{
    private const string WidthKey = "attention.sliding_window";
    private const string LayersKey = "attention.sliding_window_pattern";

    /// <summary>The width of the windows, where those layers have them that the architecture says.</summary>
    /// <param name="plan">From a configuration to the model.</param>
    /// <param name="slides">Which layers have a window.</param>
    /// <param name="taken">That in words, a clause.</param>
    /// <param name="listsLayers">Whether files say it layer by layer, too.</param>
    public static GgufKey Key(Func<JsonElement, DecoderPlan> plan, Func<int, bool> slides, string taken, bool listsLayers = false) =>
        new("sliding_window", file => file.SizeOrNothing(WidthKey) ?? 0, config =>
        {
            int?[] windows = [.. plan(config).Blocks.Select(block => ((HeadedAttentionPlan)block.Attention).Form.Window)];
            if (Array.Find(windows, window => window is not null) is not { } width)
                return [];
            bool[] expected = [.. Enumerable.Range(0, windows.Length).Select(slides)];
            return !expected.Select(isSliding => isSliding ? width : (int?)null).SequenceEqual(windows)
                ? throw GgufKey.Refusal("layer_types of its own", taken)
                : listsLayers ? [(WidthKey, (uint)width), (LayersKey, expected)] : [(WidthKey, (uint)width)];
        });

    /// <summary>Whether a file says a window.</summary>
    public static bool AreIn(GgufSettings file) => file.SizeOrNothing(WidthKey) is not null;

    /// <summary>A configuration with the rotary settings of the layers that see all tokens for those of all layers.</summary>
    /// <param name="config">The root of <c>config.json</c>.</param>
    /// <param name="theta">The base where the file does not say.</param>
    public static JsonElement WithRotaryOfFull(JsonElement config, double theta)
    {
        const string Key = "rope_parameters";
        var keys = config.EnumerateObject().ToDictionary(key => key.Name, key => key.Value);
        if (config.ObjectOrNone(Key)?.ObjectOrNone(SlidingWindows.Full) is { } full)
            keys[Key] = full;
        keys.TryAdd(RotarySettings.ThetaKey, JsonSerializer.SerializeToElement(theta));
        return JsonSerializer.SerializeToElement(keys);
    }
}
