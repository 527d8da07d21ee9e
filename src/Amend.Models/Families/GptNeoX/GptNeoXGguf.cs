using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.GptNeoX;

/// <summary>
/// GPT-NeoX's models in GGUF files: the fused projection is all queries, all keys, all values, in a checkpoint head after head.
/// </summary>
public sealed class GptNeoXGguf : IGgufArchitecture
{
    /// <inheritdoc/>
    public string Name => "gptneox";

    /// <inheritdoc/>
    public IReadOnlyList<string> Assumptions { get; } = ["The MLP's activation is the exact GELU, as the published models have it."];

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, object?> Configure(GgufSettings settings) => new Dictionary<string, object?>
    {
        ["model_type"] = "gpt_neox",
        ["num_hidden_layers"] = settings.Size("block_count"),
        ["hidden_size"] = settings.Size("embedding_length"),
        ["intermediate_size"] = settings.Size("feed_forward_length"),
        ["num_attention_heads"] = settings.Size("attention.head_count"),
        ["max_position_embeddings"] = settings.Size("context_length"),
        ["rotary_pct"] = GgufRotary.Share(settings),
        ["rotary_emb_base"] = GgufRotary.Base(settings),
        ["rope_scaling"] = GgufRotary.Scaling(settings),
        ["layer_norm_eps"] = settings.Number("attention.layer_norm_epsilon"),
        ["use_parallel_residual"] = settings.FlagOrNone("use_parallel_residual"),
        ["attention_bias"] = settings.Has("blk.0.attn_qkv.bias"),
        ["tie_word_embeddings"] = settings.IsTied,
        ["vocab_size"] = settings.Vocabulary,
    };

    /// <inheritdoc/>
    public IReadOnlyList<GgufModule> Modules(GgufSettings settings) =>
    [
        new("token_embd", GptNeoXWeights.Tokens),
        new("output_norm", GptNeoXWeights.FinalNorm),
        new("output", GptNeoXWeights.Head),
        new("blk.N.attn_norm", "gpt_neox.layers.N.input_layernorm"),
        new("blk.N.attn_qkv", "gpt_neox.layers.N.attention.query_key_value")
            { Values = new FusedByKind(settings.Size("attention.head_count")) },
        new("blk.N.attn_output", "gpt_neox.layers.N.attention.dense"),
        new("blk.N.ffn_norm", "gpt_neox.layers.N.post_attention_layernorm"),
        new("blk.N.ffn_up", "gpt_neox.layers.N.mlp.dense_h_to_4h"),
        new("blk.N.ffn_down", "gpt_neox.layers.N.mlp.dense_4h_to_h"),
    ];
}
