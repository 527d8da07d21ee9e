using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Decoders;
using Amend.Models.Families.Cohere;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Cohere2;

/// <summary>
/// Command R7B and Command A (Cohere 2024, 2025) as Hugging Face's <c>Cohere2ForCausalLM</c> stores and computes them: Cohere's blocks,
/// of which most have windows, and those without have no positions.
/// </summary>
internal sealed class Cohere2Family() : DecoderFamily("cohere2")
{
    /// <summary>Every how many layers one has no window where the file does not say.</summary>
    internal const int DefaultPattern = 4;

    private const int DefaultWindow = 4096;

    /// <inheritdoc/>
    public override IGgufArchitecture? Gguf { get; } = new Cohere2Gguf();

    /// <inheritdoc/>
    public override DecoderPlan Plan(JsonElement config, IReadOnlyList<string> tensors)
    {
        var plan = CohereFamily.Read(config, "Cohere2ForCausalLM");
        var slide = SlidingWindows.Slide(
            config, plan.Shape.Layers, SlidingWindows.AllButEach(config.SizeOr("sliding_window_pattern", DefaultPattern)));
        var window = SlidingWindows.Width(config, DefaultWindow);
        return plan.WithAttention((layer, attention) => slide[layer]
            ? attention with { Form = attention.Form with { Window = window } }
            : attention with { Rotary = null });
    }
}
