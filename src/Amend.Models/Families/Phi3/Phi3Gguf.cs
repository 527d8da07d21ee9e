using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Families.Llama;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Phi3;

/// <summary>
/// Phi-3's models in GGUF files: queries, keys and values are one weight as in a checkpoint, and so are gate and up, under the name
/// of up.
/// </summary>
public sealed class Phi3Gguf : IGgufArchitecture
{
    private const string OriginalKey = "rope.scaling.original_context_length";
    private const string WindowKey = "attention.sliding_window";

    private static readonly GgufModule[] All =
    [
        new("token_embd", "model.embed_tokens"),
        new("output_norm", "model.norm"),
        new("output", "lm_head"),
        new("blk.N.attn_norm", "model.layers.N.input_layernorm"),
        new("blk.N.attn_qkv", "model.layers.N.self_attn.qkv_proj"),
        new("blk.N.attn_output", "model.layers.N.self_attn.o_proj"),
        new("blk.N.ffn_norm", "model.layers.N.post_attention_layernorm"),
        new("blk.N.ffn_up", "model.layers.N.mlp.gate_up_proj"),
        new("blk.N.ffn_down", "model.layers.N.mlp.down_proj"),
    ];

    /// <inheritdoc/>
    public string Name => "phi3";

    /// <inheritdoc/>
    public IReadOnlyList<string> Assumptions { get; } = ["The MLP's activation is SiLU."];

    /// <inheritdoc/>
    public IReadOnlyList<GgufKey> Keys { get; } =
    [
        .. LlamaGguf.Sizes,
        new("original_max_position_embeddings",
            file => file.SizeOrNone(OriginalKey), config => [(OriginalKey, (uint)RotarySettings.Of(config).OriginalContext)]),
        GgufRotary.Share("partial_rotary_factor", missing: 1),
        GgufRotary.Base(),
        GgufRotary.Scaling(GgufRotary.LongRope),
        new("sliding_window",
            file => file.SizeOrNothing(WindowKey), config => [(WindowKey, (uint)(config.SizeOrNone("sliding_window", null) ?? 0))]),
        GgufKey.Number("attention.layer_norm_rms_epsilon", "rms_norm_eps", Phi3Family.DefaultEpsilon),
        GgufKey.Vocabulary,
        LlamaGguf.Activation,
    ];

    /// <inheritdoc/>
    public IReadOnlyList<GgufModule> Modules(JsonElement config) => All;

    /// <inheritdoc/>
    public IReadOnlyList<GgufVector> Vectors(JsonElement config) =>
        GgufRotary.Vectors(config, config.HeadWidth("hidden_size", "num_attention_heads"));
}
