using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Families.Gemma;
using Amend.Models.Families.Llama;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Gemma2;

/// <summary>Gemma 2's models in GGUF files: norms are stored as 1 + w, and four norms a block have names of their own.</summary>
public sealed class Gemma2Gguf : IGgufArchitecture
{
    /// <summary>The layers of the published model (27 billion parameters) that scales scores by another width than a head's.</summary>
    private const int LayersScaledByStream = 46;

    private const string WindowKey = "attention.sliding_window";

    private static readonly GgufModule[] Norms =
    [
        new("output_norm", "model.norm"),
        new("blk.N.attn_norm", "model.layers.N.input_layernorm"),
        new("blk.N.post_attention_norm", "model.layers.N.post_attention_layernorm"),
        new("blk.N.ffn_norm", "model.layers.N.pre_feedforward_layernorm"),
        new("blk.N.post_ffw_norm", "model.layers.N.post_feedforward_layernorm"),
    ];

    /// <inheritdoc/>
    public string Name => "gemma2";

    /// <inheritdoc/>
    public IReadOnlyList<string> Assumptions { get; } =
    [
        "Every second block sees a window, from the first one on, and scores are divided by the root of a head's width "
            + "(of hidden_size / heads with 46 layers).",
        "The MLP's activation is GELU by its tanh approximation.",
    ];

    /// <inheritdoc/>
    public IReadOnlyList<GgufKey> Keys { get; } =
    [
        .. LlamaGguf.Sizes,
        GgufRotary.Scaling(),
        GgufRotary.Base(isAlwaysWritten: false),
        LlamaGguf.Epsilon,
        LlamaGguf.HeadWidth(Gemma2Family.DefaultHeadWidth),
        GgufKey.Vocabulary,
        GgufRotary.WholeHeads(),
        Cap("attn_logit_softcapping", Gemma2Family.DefaultScoreCap),
        Cap("final_logit_softcapping", Gemma2Family.DefaultLogitCap),
        new("sliding_window", file => file.SizeOrNone(WindowKey), WriteWindow),
        GemmaGguf.Scale(LayersScaledByStream),
        GgufKey.Unsaid("hidden_activation", Gemma2Family.DefaultActivation),
        GgufKey.Unsaid("attention_bias", bool.FalseString),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<GgufModule> Modules(JsonElement config) =>
    [
        .. LlamaGguf.InOrder.Where(module => Array.TrueForAll(Norms, norm => norm.InFile != module.InFile)),
        .. Norms.Select(norm => norm with { Values = new OneAdded() }),
    ];

    /// <summary>A bound of scores or logits; a key that is missing, and not null, stands for the one of the published models.</summary>
    private static GgufKey Cap(string key, double missing) => new(key, file => file.NumberOrNone(key),
        config => config.NumberOrNone(key, missing) is { } cap
            ? [(key, (float)cap)]
            : throw GgufKey.Refusal($"{key} null", $"without one they are read with {missing}"));

    private static IEnumerable<(string, object)> WriteWindow(JsonElement config)
    {
        var layers = config.Size("num_hidden_layers");
        var window = config.SizeOrNone("sliding_window", Gemma2Family.DefaultWindow);
        var everySecond = Enumerable.Range(0, layers).Select(layer => Gemma2Family.HasWindow(layer) ? window : null);
        return SlidingWindows.Read(config, layers, window, Gemma2Family.HasWindow).SequenceEqual(everySecond)
            ? [(WindowKey, (uint)(window ?? config.Size("max_position_embeddings")))]
            : throw GgufKey.Refusal("layer_types of its own", "every second layer has a window, from the first one on");
    }
}
