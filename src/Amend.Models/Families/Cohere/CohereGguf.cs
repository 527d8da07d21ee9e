using System.Text.Json;
using Amend.Models.Families.Llama;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Cohere;

/// <summary>Command R's models in GGUF files: one norm a block, and what logits are multiplied with.</summary>
internal sealed class CohereGguf : IGgufArchitecture
{
    /// <inheritdoc/>
    public string Name => "command-r";

    /// <inheritdoc/>
    public string ModelType => "cohere";

    /// <inheritdoc/>
    public IReadOnlyList<GgufKey> Keys { get; } = [
        .. Both,
        GgufKey.Seen("use_qk_norm", file => file.Has("blk.0.attn_q_norm.weight")),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<GgufModule> Modules(JsonElement config) => GgufModule.With(
        LlamaGguf.InOrder,
        new("blk.N.attn_q_norm", "model.layers.N.self_attn.q_norm"),
        new("blk.N.attn_k_norm", "model.layers.N.self_attn.k_norm"));

    /// <summary>The keys of all of Cohere's models.</summary>
    internal static IReadOnlyList<GgufKey> Both { get; } = GgufKey.With(
        LlamaGguf.WithLayerNorms("layer_norm_eps"),
        GgufRotary.Base(missing: CohereFamily.DefaultTheta),
        GgufRotary.NoScaling,
        GgufKey.Number("logit_scale", "logit_scale", CohereFamily.DefaultLogitScale),
        LlamaGguf.NoBias);
}
