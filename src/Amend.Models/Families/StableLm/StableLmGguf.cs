using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Families.Llama;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.StableLm;

/// <summary>StableLM 2's models in GGUF files: norms of queries and keys lie in one tensor for all heads.</summary>
internal sealed class StableLmGguf : IGgufArchitecture
{
    private const string ParallelKey = "use_parallel_residual";

    /// <inheritdoc/>
    public string Name => "stablelm";

    /// <inheritdoc/>
    public IReadOnlyList<GgufKey> Keys { get; } = GgufKey.With(
        LlamaGguf.WithLayerNorms("layer_norm_eps"),
        GgufRotary.Share("partial_rotary_factor", missing: 0.25),
        LlamaGguf.QueryBias("use_qkv_bias"),
        GgufKey.Seen("qk_layernorm", file => file.Has("blk.0.attn_q_norm.weight")),
        new GgufKey(
            ParallelKey,
            file => file.FlagOrNone(ParallelKey) ?? !file.Has("blk.0.ffn_norm.weight"),
            config => [(ParallelKey, config.FlagOr(ParallelKey, false))]));

    /// <inheritdoc/>
    public IReadOnlyList<GgufModule> Modules(JsonElement config) => GgufModule.With(
        LlamaGguf.InOrder,
        new("blk.N.attn_q_norm", "model.layers.N.self_attn.q_layernorm.norms.E"),
        new("blk.N.attn_k_norm", "model.layers.N.self_attn.k_layernorm.norms.E"));
}
