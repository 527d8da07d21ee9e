using System.Text.Json;
using Amend.Models.Families.Llama;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Olmo2;

/// <summary>OLMo 2's models in GGUF files: norms behind attention and MLP, and of whole queries and keys.</summary>
internal sealed class Olmo2Gguf : IGgufArchitecture
{
    /// <inheritdoc/>
    public string Name => "olmo2";

    /// <inheritdoc/>
    public IReadOnlyList<GgufKey> Keys { get; } = GgufKey.With(
        LlamaGguf.Plain(
            LlamaGguf.HeadWidth(isAlwaysWritten: false),
            GgufKey.Number("attention.layer_norm_rms_epsilon", "rms_norm_eps", Olmo2Family.DefaultEpsilon)),
        LlamaGguf.NoBias);

    /// <inheritdoc/>
    public bool Reads(GgufSettings file) => !GgufWindows.AreIn(file);

    /// <inheritdoc/>
    public IReadOnlyList<GgufModule> Modules(JsonElement config) => Normed;

    /// <summary>The modules of models with norms behind attention and MLP and of queries and keys.</summary>
    internal static IReadOnlyList<GgufModule> Normed { get; } = GgufModule.With(
        LlamaGguf.InOrder,
        new("blk.N.post_attention_norm", "model.layers.N.post_attention_layernorm"),
        new("blk.N.post_ffw_norm", "model.layers.N.post_feedforward_layernorm"),
        new("blk.N.attn_q_norm", "model.layers.N.self_attn.q_norm"),
        new("blk.N.attn_k_norm", "model.layers.N.self_attn.k_norm"));
}
