using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Decoders.Experts;
using Amend.Models.Decoders;
using Amend.Models.Families.Llama;
using Amend.Models.Sources.Gguf;
using static TorchSharp.torch;

namespace Amend.Models.Families.GptOss;

/// <summary>
/// gpt-oss (OpenAI 2025) as Hugging Face's <c>GptOssForCausalLM</c> stores and computes it: Llama with biases, windows at every other
/// layer, a sink for each head's attention, and mixtures of experts whose gates are bounded.
/// </summary>
internal sealed class GptOssFamily() : DecoderFamily("gpt_oss")
{
    /// <summary>The epsilon where the file does not say.</summary>
    internal const double DefaultEpsilon = 1e-5;

    /// <summary>The width of a head where the file does not say.</summary>
    internal const int DefaultHeadWidth = 64;

    /// <summary>The base of rotary positions where the file does not say.</summary>
    internal const double DefaultTheta = 150000;

    /// <summary>The number of experts where the file does not say.</summary>
    internal const int DefaultExperts = 128;

    /// <summary>How many of them a token goes through where the file does not say.</summary>
    internal const int DefaultChosen = 4;

    private const int DefaultWindow = 128;

    private static readonly LlamaKeys Keys = new() { Epsilon = DefaultEpsilon, HeadWidth = DefaultHeadWidth, Theta = DefaultTheta };

    private static readonly ExpertStacks Stacks = ExpertStacks.Fused with { IsTurned = true, IsInterleaved = true };

    /// <inheritdoc/>
    public override IGgufArchitecture? Gguf { get; } = new GptOssGguf();

    /// <inheritdoc/>
    public override string? Quantization => "mxfp4";

    /// <inheritdoc/>
    public override DecoderPlan Plan(JsonElement config, IReadOnlyList<string> tensors)
    {
        var plan = LlamaPlan.Read(config, "GptOssForCausalLM", Keys);
        var hasBias = config.FlagOr("attention_bias", true);
        var rule = new RouterRule(
            config.SizeOr("num_local_experts", DefaultExperts),
            config.SizeOr("num_experts_per_tok", DefaultChosen),
            RouterScoring.SoftmaxOfChosen).Checked();
        var gating = Gating(config.NumberOr("swiglu_alpha", 1.702), config.NumberOr("swiglu_limit", 7));
        return plan
            .WithAttention((_, attention) => attention with { Bias = hasBias, OutBias = hasBias, Sinks = "self_attn.sinks" })
            .WithMlp((_, mlp) => new MixturePlan(
                "mlp.router", rule, ExpertsPlan.Of(mlp with { Bias = true, Gating = gating }, tensors, Stacks)) { RouterBias = true })
            .WithWindows(SlidingWindows.Read(
                config, plan.Shape.Layers, SlidingWindows.Width(config, DefaultWindow), layer => layer % 2 == 0));
    }

    /// <summary>g sigmoid(α g) (u + 1) of gates g, bounded from above, and ups u, bounded on both sides.</summary>
    /// <param name="alpha">α.</param>
    /// <param name="limit">The bound.</param>
    private static Func<Tensor, Tensor, Tensor> Gating(double alpha, double limit) => (gate, up) =>
    {
        var bounded = gate.clamp(max: limit);
        return bounded * (bounded * alpha).sigmoid() * (up.clamp(-limit, limit) + 1);
    };
}
