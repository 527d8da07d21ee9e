using Amend.Models.Families.Llama;
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
    public IReadOnlyDictionary<string, object?> Configure(GgufSettings settings) =>
        new Dictionary<string, object?>(LlamaGguf.Common(settings))
        {
            ["model_type"] = Name,
            ["attention_bias"] = settings.Has("blk.0.attn_q.bias"),
        };

    /// <inheritdoc/>
    public IReadOnlyList<GgufModule> Modules(GgufSettings settings) =>
    [
        .. LlamaGguf.InOrder,
        new("blk.N.attn_q_norm", "model.layers.N.self_attn.q_norm"),
        new("blk.N.attn_k_norm", "model.layers.N.self_attn.k_norm"),
    ];
}
