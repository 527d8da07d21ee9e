using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Decoders;
using Amend.Models.Decoders.Experts;
using Amend.Models.Families.Llama;
using Amend.Models.Families.Qwen2;
using Amend.Models.Families.Qwen2Moe;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Qwen3Moe;

/// <summary>
/// Qwen3-MoE (Yang et al. 2025) as Hugging Face's <c>Qwen3MoeForCausalLM</c> stores and computes it: Qwen3 whose MLPs are mixtures of
/// experts.
/// </summary>
internal sealed class Qwen3MoeFamily() : DecoderFamily("qwen3_moe")
{
    /// <summary>The number of experts where the file does not say.</summary>
    internal const int DefaultExperts = 128;

    /// <summary>How many of them a token goes through where the file does not say.</summary>
    internal const int DefaultChosen = 8;

    /// <inheritdoc/>
    public override IGgufArchitecture? Gguf { get; } = new Qwen3MoeGguf();

    /// <inheritdoc/>
    public override DecoderPlan Plan(JsonElement config, IReadOnlyList<string> tensors)
    {
        var plan = LlamaPlan.Read(config, "Qwen3MoeForCausalLM").WithBias(config).WithQueryKeyNorm();
        var isSparse = Qwen2MoeFamily.ReadSparse(config, plan.Shape.Layers);
        var rule = Qwen2MoeFamily.ReadRule(config, DefaultExperts, DefaultChosen);
        return plan
            .WithMlp((layer, mlp) => !isSparse[layer] ? mlp : new MixturePlan(
                ExpertsPlan.Router, rule, ExpertsPlan.Of(mlp with { Inner = config.Size("moe_intermediate_size") }, tensors)))
            .WithWindows(SlidingWindows.Read(config, plan.Shape.Layers, Qwen2Family.WindowIn(config), _ => true));
    }
}
