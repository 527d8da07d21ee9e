using System.Text.Json;
using Amend.Models.Decoders.Experts;
using Amend.Models.Families.Llama;
using Amend.Models.Families.Qwen2;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Qwen2Moe;

/// <summary>Qwen2-MoE's models in GGUF files: every block is a mixture with a shared expert behind a gate.</summary>
internal sealed class Qwen2MoeGguf : IGgufArchitecture
{
    private const string Shared = "mlp.shared_expert";

    /// <inheritdoc/>
    public string Name => "qwen2moe";

    /// <inheritdoc/>
    public string ModelType => "qwen2_moe";

    /// <inheritdoc/>
    public IReadOnlyList<string> Assumptions { get; } = ["The weights of a token's experts are the router's, not made to add up to 1."];

    /// <inheritdoc/>
    public IReadOnlyList<GgufKey> Keys { get; } =
    [
        .. LlamaGguf.Plain(LlamaGguf.HeadWidth(isAlwaysWritten: false)),
        .. Experts(Qwen2MoeFamily.DefaultExperts, Qwen2MoeFamily.DefaultChosen, isNormalized: false),
        GgufKey.Size("expert_shared_feed_forward_length", "shared_expert_intermediate_size"),
        GgufKey.Taken("qkv_bias", taken: true, missing: true),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<GgufModule> Modules(JsonElement config) =>
    [
        .. GgufExperts.Modules(LlamaGguf.InOrder, ExpertsPlan.Router, "mlp.experts"),
        new("blk.N.ffn_gate_inp_shexp", "model.layers.N.mlp.shared_expert_gate") { StaysWide = true },
        new("blk.N.ffn_gate_shexp", $"model.layers.N.{Shared}.gate_proj"),
        new("blk.N.ffn_up_shexp", $"model.layers.N.{Shared}.up_proj"),
        new("blk.N.ffn_down_shexp", $"model.layers.N.{Shared}.down_proj"),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<string> Lost(JsonElement config) => LlamaGguf.LostWindow(config, Qwen2Family.WindowIn(config));

    /// <summary>The keys of experts that Qwen's mixtures have.</summary>
    /// <param name="experts">Their number where a configuration does not say.</param>
    /// <param name="chosen">How many a token goes through where a configuration does not say.</param>
    /// <param name="isNormalized">Whether the weights of a token's experts are taken to add up to 1.</param>
    internal static IReadOnlyList<GgufKey> Experts(int experts, int chosen, bool isNormalized) =>
    [
        new("num_experts", file => file.Size(GgufExperts.CountKey),
            config => [(GgufExperts.CountKey, (uint)Qwen2MoeFamily.ReadRule(config, experts, chosen).Experts)]),
        GgufKey.Size(GgufExperts.ChosenKey, "num_experts_per_tok", chosen),
        GgufExperts.Inner,
        GgufKey.Taken("norm_topk_prob", isNormalized, missing: false),
        GgufKey.Unsaid("decoder_sparse_step", "1"),
        GgufKey.Unsaid("mlp_only_layers", "[]"),
    ];
}
