using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.GptBigCode;

/// <summary>StarCoder 1's models in GGUF files: all as in a checkpoint, with one key and value head.</summary>
internal sealed class GptBigCodeGguf : IGgufArchitecture
{
    private const string Width = "n_embd";

    /// <inheritdoc/>
    public string Name => "starcoder";

    /// <inheritdoc/>
    public string ModelType => "gpt_bigcode";

    /// <inheritdoc/>
    public IReadOnlyList<string> Assumptions { get; } = ["The MLP's activation is GELU by its tanh approximation."];

    /// <inheritdoc/>
    public IReadOnlyList<GgufKey> Keys { get; } = [
        GgufKey.Size("context_length", "n_positions"),
        GgufKey.Size("embedding_length", Width),
        new("n_inner", file => file.SizeOrNone("feed_forward_length"),
            config => [("feed_forward_length", (uint)config.SizeOr("n_inner", 4 * config.Size(Width)))]),
        GgufKey.Size("block_count", "n_layer"),
        GgufKey.Size("attention.head_count", "n_head"),
        GgufKey.Taken("multi_query", taken: true, missing: true) with { Write = WriteOneHead },
        GgufKey.Number("attention.layer_norm_epsilon", "layer_norm_epsilon", 1e-5),
        GgufKey.Tied,
        GgufKey.Vocabulary,
        GgufKey.Unsaid("activation_function", "gelu_pytorch_tanh", "gelu_new"),
        GgufKey.Unsaid("scale_attn_weights", bool.TrueString),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<GgufModule> Modules(JsonElement config) =>
    [
        new("token_embd", "transformer.wte"),
        new("position_embd", "transformer.wpe") { StaysWide = true },
        new("output_norm", "transformer.ln_f"),
        new("output", "lm_head"),
        new("blk.N.attn_norm", "transformer.h.N.ln_1"),
        new("blk.N.attn_qkv", "transformer.h.N.attn.c_attn"),
        new("blk.N.attn_output", "transformer.h.N.attn.c_proj"),
        new("blk.N.ffn_norm", "transformer.h.N.ln_2"),
        new("blk.N.ffn_up", "transformer.h.N.mlp.c_fc"),
        new("blk.N.ffn_down", "transformer.h.N.mlp.c_proj"),
    ];

    private static IEnumerable<(string, object)> WriteOneHead(JsonElement config) => config.FlagOr("multi_query", true)
        ? [("attention.head_count_kv", 1u)]
        : throw GgufKey.Refusal("multi_query false", "all heads of a block share one key and value");
}
