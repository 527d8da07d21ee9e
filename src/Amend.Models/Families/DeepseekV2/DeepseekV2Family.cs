using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Decoders;
using Amend.Models.Decoders.Experts;
using Amend.Models.Families.Llama;
using Amend.Models.Layers;

namespace Amend.Models.Families.DeepseekV2;

/// <summary>
/// DeepSeek-V2 (DeepSeek-AI 2024) as Hugging Face's <c>DeepseekV2ForCausalLM</c> stores and computes it: latent attention, and mixtures of
/// experts, some of which all tokens go through, behind first layers without.
/// </summary>
internal sealed class DeepseekV2Family() : DecoderFamily("deepseek_v2")
{
    /// <inheritdoc/>
    public override DecoderPlan Plan(JsonElement config, IReadOnlyList<string> tensors)
    {
        var isLimited = config.TextOr("topk_method", "greedy") == "group_limited_greedy";
        var rule = new RouterRule(
            config.SizeOr("n_routed_experts", 64), config.SizeOr("num_experts_per_tok", 6), RouterScoring.Softmax)
        {
            Factor = config.NumberOr("routed_scaling_factor", 1),
            Groups = isLimited ? config.Size("n_group") : 1,
            ChosenGroups = isLimited ? config.Size("topk_group") : 1,
        };
        return Read(config, tensors, "DeepseekV2ForCausalLM", rule.Checked());
    }

    /// <summary>What DeepSeek V2 and V3 have.</summary>
    /// <param name="config">The root of <c>config.json</c>.</param>
    /// <param name="tensors">The names of the checkpoint's tensors.</param>
    /// <param name="architecture">What the file calls it.</param>
    /// <param name="rule">How experts are chosen.</param>
    /// <param name="correction">The name of what is added to scores to choose by; null for nothing.</param>
    /// <exception cref="ModelFormatException">A key is missing, mistyped or inconsistent.</exception>
    internal static DecoderPlan Read(
        JsonElement config, IReadOnlyList<string> tensors, string architecture, RouterRule rule, string? correction = null)
    {
        var turned = config.SizeOr("qk_rope_head_dim", 64);
        var plan = LlamaPlan.Read(config, architecture, new() { HeadWidth = turned })
            .WithMlp((_, mlp) => mlp with { Bias = config.FlagOr("mlp_bias", false) });
        var (layers, inner) = (plan.Shape.Layers, config.Size("moe_intermediate_size"));
        var firstDense = config.NumberOr("first_k_dense_replace", 0);
        var sharing = config.SizeOrNone("n_shared_experts", null);
        return plan
            .WithAttention((_, attention) => Latent(config, attention.Heads, turned))
            .WithMlp((layer, mlp) => layer < firstDense ? mlp : new MixturePlan(
                ExpertsPlan.Router, rule, ExpertsPlan.Of(mlp with { Inner = inner, Bias = false }, tensors))
            {
                Correction = correction,
                Shared = sharing is not { } shared ? null : mlp with
                {
                    Inner = inner * shared,
                    Gate = "mlp.shared_experts.gate_proj", Up = "mlp.shared_experts.up_proj", Down = "mlp.shared_experts.down_proj",
                },
            }) with
            {
                // Blocks behind the last are for guessing several tokens at once, and no part of the model.
                Names = DecoderNames.Llama with
                {
                    OtherParts = [.. Enumerable.Range(layers, config.SizeOr("num_nextn_predict_layers", 1))
                        .Select(DecoderNames.Llama.Block)],
                },
            };
    }

    private static LatentAttentionPlan Latent(JsonElement config, int heads, int turned)
    {
        var (settings, plain) = (RotarySettings.Of(config), config.SizeOr("qk_nope_head_dim", 128));
        var rotary = RotaryReader.Read(settings, turned);
        var amplitude = settings.Name != RotarySettings.Unscaled && settings.Scaling is { } scaling
            ? RotaryScaling.YarnAmplitude(scaling.Number("factor"), scaling.NumberOr("mscale_all_dim", 0)) : 1;
        return new(
            heads,
            config.FlagOr("rope_interleave", true) ? rotary with { Layout = RotaryLayout.Neighbours } : rotary,
            new() { Scale = amplitude * amplitude / Math.Sqrt(plain + turned) })
        {
            QueryRank = config.SizeOrNone("q_lora_rank", 1536),
            Rank = config.SizeOr("kv_lora_rank", 512),
            PlainWidth = plain,
            ValueWidth = config.SizeOr("v_head_dim", 128),
            Bias = config.FlagOr("attention_bias", false),
        };
    }
}
