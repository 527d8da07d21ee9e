using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Decoders;
using Amend.Models.Families.Llama;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.StableLm;

/// <summary>
/// StableLM 2 (Bellagente et al. 2024) as Hugging Face's <c>StableLmForCausalLM</c> stores and computes it: Llama with layer norms and
/// rotary positions on part of each head; the larger model has attention and MLP side by side and a norm of its own for each head.
/// </summary>
internal sealed class StableLmFamily() : DecoderFamily("stablelm")
{
    private static readonly LlamaKeys Keys = new() { Norm = NormKind.Layer, EpsilonKey = "layer_norm_eps", Epsilon = 1e-5, Share = 0.25 };

    /// <inheritdoc/>
    public override IGgufArchitecture? Gguf { get; } = new StableLmGguf();

    /// <inheritdoc/>
    public override DecoderPlan Plan(JsonElement config, IReadOnlyList<string> tensors)
    {
        var plan = LlamaPlan.Read(config, "StableLmForCausalLM", Keys);
        var isParallel = config.FlagOr("use_parallel_residual", false);
        QueryKeyNormPlan? norms = config.FlagOr("qk_layernorm", false)
            ? new(plan.Norm with { Kind = NormKind.LayerWithoutShift }, NormedPart.HeadByHead)
                { Query = "self_attn.q_layernorm", Key = "self_attn.k_layernorm" }
            : null;
        return plan
            .WithBias(queries: config.FlagOr("use_qkv_bias", false), output: false)
            .WithAttention((_, attention) => attention with { QueryKeyNorm = norms })
            .WithNorms(isParallel ? NormNames.One : NormNames.Before, isParallel);
    }
}
