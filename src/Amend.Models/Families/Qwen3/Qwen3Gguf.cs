using System.Text.Json;
using Amend.Models.Families.Llama;
using Amend.Models.Families.Qwen2;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Qwen3;

/// <summary>Qwen3's models in GGUF files: all as in a checkpoint.</summary>
public sealed class Qwen3Gguf : IGgufArchitecture
{
    /// <inheritdoc/>
    public string Name => "qwen3";

    /// <inheritdoc/>
    public IReadOnlyList<string> Assumptions { get; } = [];

    /// <inheritdoc/>
    public IReadOnlyList<GgufKey> Keys { get; } =
    [
        .. LlamaGguf.Plain(LlamaGguf.HeadWidth(Qwen3Family.DefaultHeadWidth)),
        GgufKey.Seen("attention_bias", file => file.Has("blk.0.attn_q.bias")),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<string> Lost(JsonElement config) => LlamaGguf.LostWindow(config, Qwen2Family.WindowIn(config));

    /// <inheritdoc/>
    public IReadOnlyList<GgufModule> Modules(JsonElement config) =>
    [
        .. LlamaGguf.InOrder,
        new("blk.N.attn_q_norm", "model.layers.N.self_attn.q_norm"),
        new("blk.N.attn_k_norm", "model.layers.N.self_attn.k_norm"),
    ];
}
