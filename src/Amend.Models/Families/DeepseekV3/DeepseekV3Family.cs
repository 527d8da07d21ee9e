using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Decoders;
using Amend.Models.Decoders.Experts;
using Amend.Models.Families.DeepseekV2;

namespace Amend.Models.Families.DeepseekV3;

/// <summary>
/// DeepSeek-V3 and R1 (DeepSeek-AI 2024) as Hugging Face's <c>DeepseekV3ForCausalLM</c> stores and computes them: DeepSeek-V2 whose router
/// scores by sigmoids and chooses by corrected ones, from the best groups of experts.
/// </summary>
internal sealed class DeepseekV3Family() : DecoderFamily("deepseek_v3")
{
    /// <inheritdoc/>
    public override DecoderPlan Plan(JsonElement config, IReadOnlyList<string> tensors)
    {
        var rule = new RouterRule(
            config.SizeOr("n_routed_experts", 256), config.SizeOr("num_experts_per_tok", 8), RouterScoring.Sigmoid)
        {
            Normalizes = config.FlagOr("norm_topk_prob", true),
            Factor = config.NumberOr("routed_scaling_factor", 2.5),
            Groups = config.SizeOr("n_group", 8),
            ChosenGroups = config.SizeOr("topk_group", 4),
            ScoresOfGroup = 2,
        };
        return DeepseekV2Family.Read(
            config, tensors, "DeepseekV3ForCausalLM", rule.Checked(), $"{ExpertsPlan.Router}.e_score_correction_bias");
    }
}
