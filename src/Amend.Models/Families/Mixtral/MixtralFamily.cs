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
    private const string Router = "block_sparse_moe.gate";
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
            .WithMlp((_, mlp) => new MixturePlan(Router, rule.Checked(), new ExpertsPlan(
                "block_sparse_moe.experts", mlp with { Gate = "w1", Up = "w3", Down = "w2" }).In(tensors, ExpertStacks.Fused)))
            .WithWindows(SlidingWindows.Read(config, plan.Shape.Layers, SlidingWindows.Width(config, null), _ => true)) with
            {
                // As transformers 5 has the router in memory and may save it.
                Names = DecoderNames.Llama with { OtherNames = [($"{Router}.weight", $"{ExpertsPlan.Router}.weight")] },
            };
    }
}
