using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Phi3;

/// <summary>
/// Phi-3's models in GGUF files: queries, keys and values are one weight as in a checkpoint, and so are gate and up, under the name
/// of up.
/// </summary>
public sealed class Phi3Gguf : IGgufArchitecture
{
    private static readonly GgufModule[] All =
    [
        new("token_embd", Phi3Weights.Tokens),
        new("output_norm", Phi3Weights.FinalNorm),
        new("output", Phi3Weights.Head),
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
    public IReadOnlyDictionary<string, object?> Configure(GgufSettings settings) => new Dictionary<string, object?>
    {
        ["model_type"] = Name,
        ["num_hidden_layers"] = settings.Size("block_count"),
        ["hidden_size"] = settings.Size("embedding_length"),
        ["intermediate_size"] = settings.Size("feed_forward_length"),
        ["num_attention_heads"] = settings.Size("attention.head_count"),
        ["num_key_value_heads"] = settings.KeyValueHeads,
        ["max_position_embeddings"] = settings.Size("context_length"),
        ["original_max_position_embeddings"] = settings.SizeOrNone("rope.scaling.original_context_length"),
        ["partial_rotary_factor"] = GgufRotary.Share(settings),
        ["sliding_window"] = settings.SizeOrNothing("attention.sliding_window"),
        ["rms_norm_eps"] = settings.Number("attention.layer_norm_rms_epsilon"),
        ["rope_theta"] = GgufRotary.Base(settings),
        ["rope_scaling"] = GgufRotary.Scaling(settings),
        ["tie_word_embeddings"] = settings.IsTied,
        ["vocab_size"] = settings.Vocabulary,
    };

    /// <inheritdoc/>
    public IReadOnlyList<GgufModule> Modules(GgufSettings settings) => All;
}
