using Amend.Models.Families.Llama;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Gemma2;

/// <summary>Gemma 2's models in GGUF files: norms are stored as 1 + w, and four norms a block have names of their own.</summary>
public sealed class Gemma2Gguf : IGgufArchitecture
{
    /// <summary>The layers of the published model (27 billion parameters) that scales scores by another width than a head's.</summary>
    private const int LayersScaledByStream = 46;

    private static readonly GgufModule[] Norms =
    [
        new("output_norm", Gemma2Weights.FinalNorm),
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
    public IReadOnlyDictionary<string, object?> Configure(GgufSettings settings)
    {
        var scale = settings.Size("block_count") == LayersScaledByStream
            ? settings.Size("embedding_length") / settings.Size("attention.head_count")
            : settings.HeadWidth;
        var config = new Dictionary<string, object?>(LlamaGguf.Common(settings))
        {
            ["model_type"] = Name,
            ["query_pre_attn_scalar"] = scale,
        };
        // A key that is missing, and not null, stands for the default of the published models.
        if (settings.NumberOrNone("attn_logit_softcapping") is { } ofScores)
            config["attn_logit_softcapping"] = ofScores;
        if (settings.NumberOrNone("final_logit_softcapping") is { } ofLogits)
            config["final_logit_softcapping"] = ofLogits;
        if (settings.SizeOrNone("attention.sliding_window") is { } window)
            config["sliding_window"] = window;
        return config;
    }

    /// <inheritdoc/>
    public IReadOnlyList<GgufModule> Modules(GgufSettings settings) =>
    [
        .. LlamaGguf.InOrder.Where(module => Array.TrueForAll(Norms, norm => norm.InFile != module.InFile)),
        .. Norms.Select(norm => norm with { Values = new OneAdded() }),
    ];
}
