using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.GptNeoX;

/// <summary>
/// GPT-NeoX's models in GGUF files: the fused projection is all queries, all keys, all values, in a checkpoint head after head.
/// </summary>
public sealed class GptNeoXGguf : IGgufArchitecture
{
    private const string HeadsKey = "num_attention_heads";
    private const string ParallelKey = "use_parallel_residual";

    /// <inheritdoc/>
    public string Name => "gptneox";

    /// <inheritdoc/>
    public string ModelType => "gpt_neox";

    /// <inheritdoc/>
    public IReadOnlyList<string> Assumptions { get; } = ["The MLP's activation is the exact GELU, as the published models have it."];

    /// <inheritdoc/>
    public IReadOnlyList<GgufKey> Keys { get; } =
    [
        GgufKey.Size("context_length", "max_position_embeddings"),
        GgufKey.Size("embedding_length", "hidden_size"),
        GgufKey.Size("block_count", "num_hidden_layers"),
        GgufKey.Size("feed_forward_length", "intermediate_size"),
        GgufRotary.Share("rotary_pct", GptNeoXFamily.DefaultRotaryPct),
        GgufRotary.Base(GptNeoXFamily.ThetaKey, isAlwaysWritten: false),
        GgufRotary.Scaling(),
        GgufKey.Size("attention.head_count", HeadsKey),
        new(ParallelKey, file => file.FlagOrNone(ParallelKey), config => [(ParallelKey, config.FlagOr(ParallelKey, true))]),
        GgufKey.Number("attention.layer_norm_epsilon", "layer_norm_eps", GptNeoXFamily.DefaultLayerNormEps),
        GgufKey.Seen("attention_bias", file => file.Has("blk.0.attn_qkv.bias")),
        GgufKey.Tied,
        GgufKey.Vocabulary,
        GgufKey.Unsaid("hidden_act", "gelu", "gelu_fast", "gelu_new"), // llama.cpp computes what the latter two name.
    ];

    /// <inheritdoc/>
    public IReadOnlyList<GgufModule> Modules(JsonElement config) =>
    [
        new("token_embd", "gpt_neox.embed_in"),
        new("output_norm", "gpt_neox.final_layer_norm"),
        new("output", "embed_out"),
        new("blk.N.attn_norm", "gpt_neox.layers.N.input_layernorm"),
        new("blk.N.attn_qkv", "gpt_neox.layers.N.attention.query_key_value")
            { Values = new FusedByKind(config.Size(HeadsKey), config.Size(HeadsKey)) },
        new("blk.N.attn_output", "gpt_neox.layers.N.attention.dense"),
        new("blk.N.ffn_norm", "gpt_neox.layers.N.post_attention_layernorm"),
        new("blk.N.ffn_up", "gpt_neox.layers.N.mlp.dense_h_to_4h"),
        new("blk.N.ffn_down", "gpt_neox.layers.N.mlp.dense_4h_to_h"),
    ];
}
