using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Decoders;
using Amend.Models.Families.Llama;
using Amend.Models.Layers;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Cohere;

/// <summary>
/// Command R (Cohere 2024) as Hugging Face's <c>CohereForCausalLM</c> stores and computes it: attention and MLP side by side behind one
/// norm without a shift, neighbouring values turned, scaled logits, a tied head.
/// </summary>
internal sealed class CohereFamily() : DecoderFamily("cohere")
{
    /// <summary>The base of rotary positions where the file does not say.</summary>
    internal const double DefaultTheta = 500000;

    /// <summary>What logits are multiplied with where the file does not say.</summary>
    internal const double DefaultLogitScale = 0.0625;

    /// <inheritdoc/>
    public override IGgufArchitecture? Gguf { get; } = new CohereGguf();

    /// <inheritdoc/>
    public override DecoderPlan Plan(JsonElement config, IReadOnlyList<string> tensors) =>
        WithHeadNorms(Read(config, "CohereForCausalLM"), config.FlagOr("use_qk_norm", false));

    /// <summary>What all of Cohere's models have; logit_scale is what logits are multiplied with.</summary>
    /// <param name="config">The root of <c>config.json</c>.</param>
    /// <param name="architecture">What the file calls it.</param>
    /// <exception cref="ModelFormatException">A key is missing, mistyped or inconsistent.</exception>
    internal static DecoderPlan Read(JsonElement config, string architecture)
    {
        var plan = LlamaPlan.Read(config, architecture, new()
        {
            Norm = NormKind.LayerWithoutShift, EpsilonKey = "layer_norm_eps", Epsilon = 1e-5,
            Theta = DefaultTheta, Layout = RotaryLayout.Neighbours, IsTied = true,
        });
        return plan.WithBias(config).WithNorms(NormNames.One, parallel: true)
            with { LogitScale = config.NumberOr("logit_scale", DefaultLogitScale) };
    }

    private static DecoderPlan WithHeadNorms(DecoderPlan plan, bool normed) => normed ? plan.WithQueryKeyNorm(NormedPart.EachHead) : plan;
}
