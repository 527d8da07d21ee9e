using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Families.Gemma;
using Amend.Models.Families.Gemma2;
using Amend.Models.Families.Llama;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Gemma3Text;

/// <summary>
/// Gemma 3's models in GGUF files: Gemma 2's names, norms on queries and keys, and two bases of rotary positions, of which the one of
/// layers without a window may be scaled.
/// </summary>
public sealed class Gemma3Gguf : IGgufArchitecture
{
    private const string WindowKey = "attention.sliding_window";
    private const string LocalKey = "rope_local_base_freq";
    private const string LocalKeyInFile = "rope.freq_base_swa";
    private const int LayersScaledByStream = 62;

    /// <inheritdoc/>
    public string Name => "gemma3";

    /// <inheritdoc/>
    public string ModelType => "gemma3_text";

    /// <inheritdoc/>
    public IReadOnlyList<string> Assumptions { get; } =
    [
        "Every sixth block sees all earlier tokens, the others a window.",
        "Scores are divided by the root of a head's width (of hidden_size / heads with 62 layers).",
        "The MLP's activation is GELU by its tanh approximation.",
    ];

    /// <inheritdoc/>
    public IReadOnlyList<GgufKey> Keys { get; } =
    [
        .. LlamaGguf.Sizes,
        GgufRotary.Scaling() with { Write = config => GgufRotary.Scaling().Write(OfFull(config)) },
        GgufRotary.Base() with { Write = config => GgufRotary.Base().Write(OfFull(config)) },
        new(LocalKey, file => file.NumberOrNone(LocalKeyInFile) ?? RotarySettings.DefaultTheta, WriteLocal),
        LlamaGguf.Epsilon,
        LlamaGguf.HeadWidth(GemmaFamily.DefaultHeadWidth),
        GgufKey.Vocabulary,
        new("sliding_window", file => file.SizeOrNone(WindowKey), WriteWindow),
        GemmaGguf.Scale(LayersScaledByStream),
        GgufKey.Unsaid("hidden_activation", GemmaFamily.DefaultActivation),
        GgufKey.Unsaid("attention_bias", bool.FalseString),
        GgufKey.Unsaid("final_logit_softcapping", "none"),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<GgufModule> Modules(JsonElement config) =>
    [
        .. new Gemma2Gguf().Modules(config),
        new("blk.N.attn_q_norm", "model.layers.N.self_attn.q_norm") { Values = new OneAdded() },
        new("blk.N.attn_k_norm", "model.layers.N.self_attn.k_norm") { Values = new OneAdded() },
    ];

    private static JsonElement OfFull(JsonElement config) => GgufWindows.WithRotaryOfFull(config, Gemma3TextFamily.DefaultTheta);

    private static IEnumerable<(string, object)> WriteLocal(JsonElement config) =>
        [(LocalKeyInFile, (float)Gemma3TextFamily.LocalRotary(config).Theta)];

    private static IEnumerable<(string, object)> WriteWindow(JsonElement config)
    {
        var layers = config.Size("num_hidden_layers");
        var taken = Enumerable.Range(0, layers).Select(SlidingWindows.AllButEach(Gemma3TextFamily.DefaultPattern));
        return Gemma3TextFamily.Slide(config, layers).SequenceEqual(taken)
            ? [(WindowKey, (uint)(Gemma3TextFamily.WindowIn(config) ?? config.Size("max_position_embeddings")))]
            : throw GgufKey.Refusal("layer_types of its own", "every sixth layer sees all tokens");
    }
}
