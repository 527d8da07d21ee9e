using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Decoders;
using Amend.Models.Decoders.Experts;
using Amend.Models.Families.Granite;
using Amend.Models.Families.Llama;

namespace Amend.Models.Families.GraniteMoe;

/// <summary>
/// Granite 3 with experts (IBM 2024) as Hugging Face's <c>GraniteMoeForCausalLM</c> stores and computes it: Granite whose MLPs are
/// mixtures of experts, which lie in two tensors.
/// </summary>
internal sealed class GraniteMoeFamily() : DecoderFamily("granitemoe")
{
    private const string Prefix = "block_sparse_moe";

    private static readonly ExpertStacks Stacks = new($"{Prefix}.input_linear.weight", $"{Prefix}.output_linear.weight");

    /// <inheritdoc/>
    public override DecoderPlan Plan(JsonElement config, IReadOnlyList<string> tensors)
    {
        var rule = new RouterRule(
            config.SizeOr("num_local_experts", 8), config.SizeOr("num_experts_per_tok", 2), RouterScoring.SoftmaxOfChosen).Checked();
        var plan = LlamaPlan.Read(config, "GraniteMoeForCausalLM").WithBias(config).WithMlp((_, mlp) => new MixturePlan(
            $"{Prefix}.router.layer",
            rule,
            new ExpertsPlan($"{Prefix}.experts", mlp with { Gate = "gate_proj", Up = "up_proj", Down = "down_proj" }).In(tensors, Stacks)));
        return GraniteFamily.WithMultipliers(plan, config);
    }
}
