using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Decoders;
using Amend.Models.Families.Llama;
using Amend.Models.Sources.Gguf;
using Amend.Models.Tokenizers;

namespace Amend.Models.Families.Qwen2;

/// <summary>
/// Qwen2 and Qwen2.5 (Yang et al. 2024) as Hugging Face's <c>Qwen2ForCausalLM</c> stores and computes them: Llama with biases at
/// queries, keys and values.
/// </summary>
internal sealed class Qwen2Family() : DecoderFamily("qwen2")
{
    /// <summary>The words of Qwen's tokenizer: digits one by one, a sign in front of letters with them.</summary>
    private const string Words =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private const int DefaultFullLayers = 28;
    private const int DefaultWindow = 4096;

    /// <inheritdoc/>
    public override IGgufArchitecture? Gguf { get; } = new Qwen2Gguf();

    /// <inheritdoc/>
    public override TokenizerDefaults TokenizerDefaults { get; } = new()
    {
        Classes = ["Qwen2Tokenizer"],
        ByteLevel = new() { Words = Words },
    };

    /// <inheritdoc/>
    public override DecoderPlan Plan(JsonElement config, IReadOnlyList<string> tensors)
    {
        var plan = LlamaPlan.Read(config, "Qwen2ForCausalLM").WithBias(queries: true, output: false);
        return plan.WithWindows(ReadWindows(config, plan.Shape.Layers));
    }

    /// <summary>
    /// The window of each layer, null where it sees all earlier tokens: use_sliding_window, sliding_window, and max_window_layers, the
    /// number of first layers that see all tokens all the same.
    /// </summary>
    public static IReadOnlyList<int?> ReadWindows(JsonElement config, int layers)
    {
        var fullLayers = config.NumberOr("max_window_layers", DefaultFullLayers);
        return SlidingWindows.Read(config, layers, WindowIn(config), layer => layer >= fullLayers);
    }

    /// <summary>The window of the layers that have one; null for none.</summary>
    internal static int? WindowIn(JsonElement config) =>
        config.FlagOr("use_sliding_window", false) ? SlidingWindows.Width(config, DefaultWindow) : null;
}
