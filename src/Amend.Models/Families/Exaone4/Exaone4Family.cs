using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Decoders;
using Amend.Models.Families.Llama;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Exaone4;

/// <summary>
/// EXAONE 4 (LG AI Research 2025) as Hugging Face's <c>Exaone4ForCausalLM</c> stores and computes it: Llama with norms behind attention
/// and MLP and on queries and keys; most layers have windows, and the others then have no positions.
/// </summary>
internal sealed class Exaone4Family() : DecoderFamily("exaone4")
{
    /// <summary>Every how many layers one has no window where the file does not say.</summary>
    internal const int DefaultPattern = 4;

    private const int DefaultWindow = 4096;
    private const string PatternKey = "sliding_window_pattern";

    /// <inheritdoc/>
    public override IGgufArchitecture? Gguf { get; } = new Exaone4Gguf();

    /// <inheritdoc/>
    public override DecoderPlan Plan(JsonElement config, IReadOnlyList<string> tensors)
    {
        var plan = LlamaPlan.Read(config, "Exaone4ForCausalLM", new() { Epsilon = 1e-5 })
            .WithNorms(NormNames.Behind).WithQueryKeyNorm();
        if (SlidingWindows.Width(config, DefaultWindow) is not { } window)
            return plan;
        var slide = SlidingWindows.Slide(config, plan.Shape.Layers, SlidingWindows.AllButEach(ReadPattern(config)));
        return plan.WithAttention((layer, attention) => slide[layer]
            ? attention with { Form = attention.Form with { Window = window } }
            : attention with { Rotary = null });
    }

    /// <summary>Every how many layers one has no window: a number, or in the published files a text such as LLLG.</summary>
    private static int ReadPattern(JsonElement config) => config.Text(PatternKey) is { Length: > 0 } text
        ? text.Length
        : config.SizeOr(PatternKey, DefaultPattern);
}
