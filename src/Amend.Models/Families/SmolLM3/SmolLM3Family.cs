using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Decoders;
using Amend.Models.Families.Llama;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.SmolLM3;

/// <summary>
/// SmolLM3 (Bakouch et al. 2025) as Hugging Face's <c>SmolLM3ForCausalLM</c> stores and computes it: Llama without rotary positions at
/// every fourth layer.
/// </summary>
internal sealed class SmolLM3Family() : DecoderFamily("smollm3")
{
    /// <summary>The base of rotary positions where the file does not say.</summary>
    internal const double DefaultTheta = 2e6;

    /// <summary>Every how many layers one turns nothing where the file does not say.</summary>
    internal const int DefaultInterval = 4;

    /// <inheritdoc/>
    public override IGgufArchitecture? Gguf { get; } = new SmolLM3Gguf();

    /// <inheritdoc/>
    public override DecoderPlan Plan(JsonElement config, IReadOnlyList<string> tensors)
    {
        var plan = LlamaPlan.Read(config, "SmolLM3ForCausalLM", new() { Theta = DefaultTheta, IsTied = true }).WithBias(config);
        var layers = plan.Shape.Layers;
        var turned = ReadTurned(config, layers);
        var window = config.FlagOr("use_sliding_window", false) ? SlidingWindows.Width(config, null) : null;
        return plan
            .WithAttention((layer, attention) => attention with { Rotary = turned[layer] ? attention.Rotary : null })
            .WithWindows(SlidingWindows.Read(config, layers, window, layer => window is not null && !turned[layer]));
    }

    /// <summary>Which layers have rotary positions: no_rope_layers, 1 where they have, or all but each no_rope_layer_interval-th.</summary>
    private static IReadOnlyList<bool> ReadTurned(JsonElement config, int layers)
    {
        const string Key = "no_rope_layers";
        if (!config.TryGetProperty(Key, out var said) || said.ValueKind == JsonValueKind.Null)
        {
            var interval = config.SizeOr("no_rope_layer_interval", DefaultInterval);
            return [.. Enumerable.Range(0, layers).Select(SlidingWindows.AllButEach(interval))];
        }

        var turned = config.Numbers(Key);
        return turned.Count == layers
            ? [.. turned.Select(one => one != 0)]
            : throw new ModelFormatException(
                $"config.json: {Key} has {turned.Count} entries where {layers}, one a layer, were expected; check the model folder.");
    }
}
