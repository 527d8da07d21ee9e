using System.Text.Json;
using Amend.Models.Families.Llama;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Glm4;

/// <summary>GLM-4's models in GGUF files: four norms a block, and gate and up in one under the name of up.</summary>
internal sealed class Glm4Gguf : IGgufArchitecture
{
    /// <inheritdoc/>
    public string Name => "glm4";

    /// <inheritdoc/>
    public IReadOnlyList<GgufKey> Keys { get; } = GgufKey.With(
        LlamaGguf.Plain(
            LlamaGguf.HeadWidth(Glm4Family.DefaultHeadWidth),
            GgufKey.Number("attention.layer_norm_rms_epsilon", "rms_norm_eps", Glm4Family.DefaultEpsilon)),
        GgufRotary.Share(
            "partial_rotary_factor", Glm4Family.DefaultShare, config => LlamaGguf.WidthIn(config, Glm4Family.DefaultHeadWidth)),
        LlamaGguf.QueryBias());

    /// <inheritdoc/>
    public IReadOnlyList<GgufModule> Modules(JsonElement config) => GgufModule.With(
        LlamaGguf.InOrder,
        new("blk.N.post_attention_norm", "model.layers.N.post_self_attn_layernorm"),
        new("blk.N.post_ffw_norm", "model.layers.N.post_mlp_layernorm"),
        new("blk.N.ffn_up", "model.layers.N.mlp.gate_up_proj"));
}
