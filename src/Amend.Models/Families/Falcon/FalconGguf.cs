using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Falcon;

/// <summary>
/// Falcon's models in GGUF files: the fused projection is all queries, all keys, all values, in a checkpoint group after group.
/// </summary>
internal sealed class FalconGguf : IGgufArchitecture
{
    private const string SecondNorm = "blk.0.attn_norm_2.weight";

    /// <inheritdoc/>
    public string Name => "falcon";

    /// <inheritdoc/>
    public IReadOnlyList<string> Assumptions { get; } = ["The MLP's activation is the exact GELU, as the published models have it."];

    /// <inheritdoc/>
    public IReadOnlyList<GgufKey> Keys { get; } = [
        GgufKey.Size("context_length", "max_position_embeddings", FalconFamily.DefaultContext),
        new("ffn_hidden_size", file => file.Size("feed_forward_length"),
            config => [("feed_forward_length", (uint)config.SizeOr("ffn_hidden_size", 4 * config.Size("hidden_size")))]),
        GgufKey.Size("embedding_length", "hidden_size"),
        new("block_layout", _ => null, _ => [("tensor_data_layout", "jploski")]), // As llama.cpp calls the order of the fused rows.
        Counted("block_count", "num_hidden_layers", "n_layer"),
        Counted("attention.head_count", "num_attention_heads", "n_head"),
        new("num_kv_heads", file => file.KeyValueHeads, config => [("attention.head_count_kv", (uint)GroupsIn(config))]),
        GgufKey.Number("attention.layer_norm_epsilon", "layer_norm_epsilon", 1e-5),
        GgufKey.Seen("new_decoder_architecture", file => file.Has(SecondNorm) || file.KeyValueHeads > 1),
        GgufKey.Seen("num_ln_in_parallel_attn", file => file.Has(SecondNorm) ? 2 : 1),
        GgufRotary.Base(isAlwaysWritten: false),
        GgufRotary.Scaling(),
        GgufKey.Tied,
        GgufKey.Vocabulary,
        GgufKey.Unsaid("activation", "gelu"),
        GgufKey.Unsaid("alibi", bool.FalseString),
        GgufKey.Unsaid("bias", bool.FalseString),
        GgufKey.Unsaid("parallel_attn", bool.TrueString),
        GgufKey.Unsaid("multi_query", bool.TrueString),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<GgufModule> Modules(JsonElement config) =>
    [
        new("token_embd", "transformer.word_embeddings"),
        new("output_norm", "transformer.ln_f"),
        new("output", "lm_head"),
        .. FalconFamily.HasTwoNorms(config)
            ? new GgufModule[] { new("blk.N.attn_norm", "transformer.h.N.ln_mlp"), new("blk.N.attn_norm_2", "transformer.h.N.ln_attn") }
            : [new("blk.N.attn_norm", "transformer.h.N.input_layernorm")],
        new("blk.N.attn_qkv", "transformer.h.N.self_attention.query_key_value")
        {
            Values = new FusedByKind(config.Size(FalconFamily.Key(config, "num_attention_heads", "n_head")), GroupsIn(config)),
        },
        new("blk.N.attn_output", "transformer.h.N.self_attention.dense"),
        new("blk.N.ffn_up", "transformer.h.N.mlp.dense_h_to_4h"),
        new("blk.N.ffn_down", "transformer.h.N.mlp.dense_4h_to_h"),
    ];

    private static int GroupsIn(JsonElement config) => FalconFamily.IsNew(config)
        ? config.KeyValueHeads(
            FalconFamily.Key(config, "num_attention_heads", "n_head"), FalconFamily.Key(config, "num_kv_heads", "n_head_kv"))
        : 1;

    /// <summary>A number that the first files have under an older key.</summary>
    private static GgufKey Counted(string inFile, string inConfiguration, string older) => new(
        inConfiguration,
        file => file.Size(inFile),
        config => [(inFile, (uint)config.Size(FalconFamily.Key(config, inConfiguration, older)))]);
}
