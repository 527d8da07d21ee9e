using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Mpt;

/// <summary>MPT's models in GGUF files: all as in a checkpoint, and the largest slope of the linear biases.</summary>
internal sealed class MptGguf : IGgufArchitecture
{
    private const string OfAttention = "attn_config";
    private const string BoundKey = "attention.clamp_kqv";
    private const double LargestBias = 8;

    /// <inheritdoc/>
    public string Name => "mpt";

    /// <inheritdoc/>
    public IReadOnlyList<string> Assumptions { get; } = ["The MLP's activation is the exact GELU, as the published models have it."];

    /// <inheritdoc/>
    public IReadOnlyList<GgufKey> Keys { get; } = [
        GgufKey.Size("context_length", "max_seq_len"),
        GgufKey.Size("embedding_length", "d_model"),
        GgufKey.Size("block_count", "n_layers"),
        GgufKey.Size("attention.head_count", "n_heads"),
        new("expansion_ratio", _ => null, config => [("feed_forward_length", (uint)(4 * config.Size("d_model")))]),
        GgufKey.Number("attention.layer_norm_epsilon", "layer_norm_epsilon", 1e-5),
        new(OfAttention, ReadAttention, WriteAttention),
        GgufKey.Tied,
        GgufKey.Vocabulary,
    ];

    /// <inheritdoc/>
    public IReadOnlyList<GgufModule> Modules(JsonElement config) =>
    [
        new("token_embd", "transformer.wte"),
        new("output_norm", "transformer.norm_f"),
        new("output", "lm_head"),
        new("blk.N.attn_norm", "transformer.blocks.N.norm_1"),
        new("blk.N.attn_qkv", "transformer.blocks.N.attn.Wqkv"),
        new("blk.N.attn_output", "transformer.blocks.N.attn.out_proj"),
        new("blk.N.ffn_norm", "transformer.blocks.N.norm_2"),
        new("blk.N.ffn_up", "transformer.blocks.N.ffn.up_proj"),
        new("blk.N.ffn_down", "transformer.blocks.N.ffn.down_proj"),
    ];

    private static Dictionary<string, object?> ReadAttention(GgufSettings file) =>
        new() { ["alibi"] = true, ["clip_qkv"] = file.NumberOrNone(BoundKey) };

    private static IEnumerable<(string, object)> WriteAttention(JsonElement config)
    {
        var said = config.ObjectOrNone(OfAttention);
        if (said?.NumberOrNone("softmax_scale", null) is { } scale)
            throw GgufKey.Refusal($"softmax_scale {scale}", "scores are divided by the root of a head's width");
        return
        [
            ("attention.max_alibi_bias", (float)(said?.NumberOr("alibi_bias_max", LargestBias) ?? LargestBias)),
            .. said?.NumberOrNone("clip_qkv", null) is { } bound ? new[] { (BoundKey, (object)(float)bound) } : [],
        ];
    }
}
