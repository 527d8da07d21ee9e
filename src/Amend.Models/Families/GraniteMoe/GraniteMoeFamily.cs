using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Decoders.Experts;
using Amend.Models.Decoders;
using Amend.Models.Families.Granite;
using Amend.Models.Families.Llama;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.GraniteMoe;

/// <summary>
/// Granite 3 with experts (IBM 2024) as Hugging Face's <c>GraniteMoeForCausalLM</c> stores and computes it: Granite whose MLPs are
/// mixtures of experts, which lie in two tensors.
/// </summary>
internal sealed class GraniteMoeFamily() : DecoderFamily("granitemoe")
{
    /// <summary>The number of experts where the file does not say.</summary>
    internal const int DefaultExperts = 8;

    /// <summary>How many of them a token goes through where the file does not say.</summary>
    internal const int DefaultChosen = 2;

    /// <summary>The router's name within a block.</summary>
    internal const string Router = $"{Prefix}.router.layer";

    /// <summary>What the names of experts begin with.</summary>
    internal const string Experts = $"{Prefix}.experts";

    private const string Prefix = "block_sparse_moe";

    private static readonly ExpertStacks Stacks = new($"{Prefix}.input_linear.weight", $"{Prefix}.output_linear.weight");

    /// <inheritdoc/>
    public override IGgufArchitecture? Gguf { get; } = new GraniteMoeGguf();

    /// <inheritdoc/>
    public override DecoderPlan Plan(JsonElement config, IReadOnlyList<string> tensors)
    {
        var rule = new RouterRule(
            config.SizeOr("num_local_experts", DefaultExperts),
            config.SizeOr("num_experts_per_tok", DefaultChosen),
            RouterScoring.SoftmaxOfChosen).Checked();
        var plan = LlamaPlan.Read(config, "GraniteMoeForCausalLM").WithBias(config).WithMlp((_, mlp) => new MixturePlan(
            Router,
            rule,
            new ExpertsPlan(Experts, mlp with { Gate = "gate_proj", Up = "up_proj", Down = "down_proj" }).In(tensors, Stacks)));
        return GraniteFamily.WithMultipliers(plan, config);
    }
}
