using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Decoders;
using Amend.Models.Families.Olmo2;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Olmo3;

/// <summary>
/// OLMo 3 (OLMo Team 2025) as Hugging Face's <c>Olmo3ForCausalLM</c> stores and computes it: OLMo 2 with windows at most layers, whose
/// rotary positions are not scaled.
/// </summary>
internal sealed class Olmo3Family() : DecoderFamily("olmo3")
{
    /// <summary>The base of rotary positions where the file does not say.</summary>
    internal const double DefaultTheta = 500000;

    /// <summary>Every how many layers one has no window where the file does not say.</summary>
    internal const int DefaultPattern = 4;

    private const int DefaultWindow = 4096;

    /// <inheritdoc/>
    public override IGgufArchitecture? Gguf { get; } = new Olmo3Gguf();

    /// <inheritdoc/>
    public override DecoderPlan Plan(JsonElement config, IReadOnlyList<string> tensors)
    {
        var plan = Olmo2Family.Read(config, "Olmo3ForCausalLM", DefaultTheta);
        var slide = SlidingWindows.Slide(config, plan.Shape.Layers, SlidingWindows.AllButEach(DefaultPattern));
        var window = SlidingWindows.Width(config, DefaultWindow);
        // Where the file has one set of rotary settings, the reference gives these layers this base whatever the file says.
        var local = RotarySettings.OfLayers(config, SlidingWindows.Sliding, DefaultTheta)
            ?? new RotarySettings(config, Scaling: null, DefaultTheta);
        return plan.WithAttention((layer, attention) => !slide[layer] ? attention : attention with
        {
            Rotary = RotaryReader.Read(local, attention.HeadWidth), Form = attention.Form with { Window = window },
        });
    }
}
