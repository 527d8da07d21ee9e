using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Families.Llama;

namespace Amend.Models.Families.Qwen2;

/// <summary>
/// What a Qwen2 <c>config.json</c> says beyond Llama's: use_sliding_window, sliding_window, and max_window_layers, the number
/// of first layers that see all tokens all the same.
/// </summary>
public static class Qwen2Config
{
    private const int DefaultFullLayers = 28;
    private const int DefaultWindow = 4096;

    /// <summary>Reads the configuration.</summary>
    /// <exception cref="ModelFormatException">A key is missing, mistyped or inconsistent.</exception>
    public static LlamaConfig Read(JsonElement config)
    {
        var typed = LlamaConfig.Read(config);
        return typed with { Windows = ReadWindows(config, typed.Shape.Layers), QueryKeyValueBias = true };
    }

    /// <summary>The window of each layer, null where it sees all earlier tokens.</summary>
    public static IReadOnlyList<int?> ReadWindows(JsonElement config, int layers)
    {
        var window = config.FlagOr("use_sliding_window", false) ? config.SizeOrNone("sliding_window", DefaultWindow) : null;
        var fullLayers = config.NumberOr("max_window_layers", DefaultFullLayers);
        return SlidingWindows.Read(config, layers, window, layer => layer >= fullLayers);
    }
}
