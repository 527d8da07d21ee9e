using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Decoders;
using Amend.Models.Decoders.Experts;
using Amend.Models.Families.Llama;
using Amend.Models.Sources.Gguf;
using Amend.Models.Tokenizers;

namespace Amend.Models.Families.Mixtral;

/// <summary>
/// Mixtral (Jiang et al. 2024) as Hugging Face's <c>MixtralForCausalLM</c> stores and computes it: Mistral whose MLPs are mixtures of
/// experts.
/// </summary>
internal sealed class MixtralFamily() : DecoderFamily("mixtral")
{
    /// <summary>The router's name within a block.</summary>
    internal const string Router = "block_sparse_moe.gate";

    /// <summary>What the names of experts begin with.</summary>
    internal const string Experts = "block_sparse_moe.experts";

    /// <summary>The base of rotary positions where the file does not say.</summary>
    internal const double DefaultTheta = 1e6;

    /// <summary>The epsilon where the file does not say.</summary>
    internal const double DefaultEpsilon = 1e-5;

    /// <summary>The number of experts where the file does not say.</summary>
    internal const int DefaultExperts = 8;

    /// <summary>How many of them a token goes through where the file does not say.</summary>
    internal const int DefaultChosen = 2;

    private static readonly LlamaKeys Keys = new() { Epsilon = DefaultEpsilon, Theta = DefaultTheta };

    /// <inheritdoc/>
    public override IGgufArchitecture? Gguf { get; } = new MixtralGguf();

    /// <inheritdoc/>
    public override TokenizerDefaults TokenizerDefaults { get; } = new() { SentencePiece = new(Begins: true) };

    /// <inheritdoc/>
    public override DecoderPlan Plan(JsonElement config, IReadOnlyList<string> tensors)
    {
        var plan = LlamaPlan.Read(config, "MixtralForCausalLM", Keys);
        var rule = new RouterRule(
            config.SizeOr("num_local_experts", DefaultExperts), config.SizeOr("num_experts_per_tok", DefaultChosen), RouterScoring.Softmax)
        {
            Normalizes = true,
        };
        return plan
            .WithMlp((_, mlp) => new MixturePlan(Router, rule.Checked(), new ExpertsPlan(
                Experts, mlp with { Gate = "w1", Up = "w3", Down = "w2" }).In(tensors, ExpertStacks.Fused)))
            .WithWindows(SlidingWindows.Read(config, plan.Shape.Layers, SlidingWindows.Width(config, null), _ => true)) with
            {
                // As transformers 5 has the router in memory and may save it.
                Names = DecoderNames.Llama with { OtherNames = [($"{Router}.weight", $"{ExpertsPlan.Router}.weight")] },
            };
    }
}
