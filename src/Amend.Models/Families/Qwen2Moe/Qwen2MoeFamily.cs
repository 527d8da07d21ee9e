using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Decoders;
using Amend.Models.Decoders.Experts;
using Amend.Models.Families.Llama;
using Amend.Models.Families.Qwen2;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Qwen2Moe;

/// <summary>
/// Qwen1.5-MoE and Qwen2-MoE (Yang et al. 2024) as Hugging Face's <c>Qwen2MoeForCausalLM</c> stores and computes them: Qwen2 whose MLPs are
/// mixtures of experts, one of which all tokens go through behind a gate.
/// </summary>
internal sealed class Qwen2MoeFamily() : DecoderFamily("qwen2_moe")
{
    /// <summary>The number of experts where the file does not say.</summary>
    internal const int DefaultExperts = 60;

    /// <summary>How many of them a token goes through where the file does not say.</summary>
    internal const int DefaultChosen = 4;

    private const int DefaultFullLayers = 28;

    /// <inheritdoc/>
    public override IGgufArchitecture? Gguf { get; } = new Qwen2MoeGguf();

    /// <inheritdoc/>
    public override DecoderPlan Plan(JsonElement config, IReadOnlyList<string> tensors)
    {
        var plan = LlamaPlan.Read(config, "Qwen2MoeForCausalLM").WithBias(config.FlagOr("qkv_bias", true), output: false);
        var (layers, most) = (plan.Shape.Layers, config.NumberOr("max_window_layers", DefaultFullLayers));
        var isSparse = ReadSparse(config, layers);
        var rule = ReadRule(config, DefaultExperts, DefaultChosen);
        return plan
            .WithMlp((layer, mlp) => !isSparse[layer] ? mlp : new MixturePlan(
                ExpertsPlan.Router, rule, ExpertsPlan.Of(mlp with { Inner = config.Size("moe_intermediate_size") }, tensors))
            {
                Shared = mlp with
                {
                    Inner = config.Size("shared_expert_intermediate_size"),
                    Gate = "mlp.shared_expert.gate_proj", Up = "mlp.shared_expert.up_proj", Down = "mlp.shared_expert.down_proj",
                },
                SharedGate = "mlp.shared_expert_gate",
            })
            .WithWindows(SlidingWindows.Read(config, layers, Qwen2Family.WindowIn(config), layer => layer % 2 == 0 && layer < most));
    }

    /// <summary>num_experts, num_experts_per_tok and norm_topk_prob.</summary>
    /// <param name="config">The root of <c>config.json</c>.</param>
    /// <param name="experts">The number of experts where the file does not say.</param>
    /// <param name="chosen">How many a token goes through where the file does not say.</param>
    /// <exception cref="ModelFormatException">More are to be chosen than there are.</exception>
    internal static RouterRule ReadRule(JsonElement config, int experts, int chosen) => new RouterRule(
        config.SizeOrNone("num_experts", null) ?? config.SizeOr("num_local_experts", experts),
        config.SizeOr("num_experts_per_tok", chosen),
        RouterScoring.Softmax)
    {
        Normalizes = config.FlagOr("norm_topk_prob", false),
    }.Checked();

    /// <summary>Which layers are mixtures: each decoder_sparse_step-th, counted from 1, that mlp_only_layers does not name.</summary>
    internal static IReadOnlyList<bool> ReadSparse(JsonElement config, int layers)
    {
        var step = config.SizeOr("decoder_sparse_step", 1);
        var dense = config.TryGet("mlp_only_layers") is null ? [] : config.Numbers("mlp_only_layers");
        return [.. Enumerable.Range(0, layers).Select(layer => (layer + 1) % step == 0 && !dense.Contains(layer))];
    }
}
