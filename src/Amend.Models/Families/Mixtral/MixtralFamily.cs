using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Decoders;
using Amend.Models.Decoders.Experts;
using Amend.Models.Families.Llama;
using Amend.Models.Tokenizers;

namespace Amend.Models.Families.Mixtral;

/// <summary>
/// Mixtral (Jiang et al. 2024) as Hugging Face's <c>MixtralForCausalLM</c> stores and computes it: Mistral whose MLPs are mixtures of
/// experts.
/// </summary>
internal sealed class MixtralFamily() : DecoderFamily("mixtral")
{
    private static readonly LlamaKeys Keys = new() { Epsilon = 1e-5, Theta = 1e6 };

    /// <inheritdoc/>
    public override TokenizerDefaults TokenizerDefaults { get; } = new() { SentencePiece = new(Begins: true) };

    /// <inheritdoc/>
    public override DecoderPlan Plan(JsonElement config, IReadOnlyList<string> tensors)
    {
        var plan = LlamaPlan.Read(config, "MixtralForCausalLM", Keys);
        var rule = new RouterRule(config.SizeOr("num_local_experts", 8), config.SizeOr("num_experts_per_tok", 2), RouterScoring.Softmax)
        {
            Normalizes = true,
        };
        return plan
            .WithMlp((_, mlp) => ExpertLayouts.AreFused(tensors)
                ? new MixturePlan(ExpertLayouts.Router, rule.Checked(), ExpertLayouts.Fused(mlp))
                : new MixturePlan(
                    "block_sparse_moe.gate",
                    rule.Checked(),
                    new SeparateExpertsPlan("block_sparse_moe.experts", mlp with { Gate = "w1", Up = "w3", Down = "w2" })))
            .WithWindows(SlidingWindows.Read(config, plan.Shape.Layers, SlidingWindows.Width(config, null), _ => true));
    }
}
