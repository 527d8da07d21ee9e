using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Decoders;
using Amend.Models.Families.Llama;
using Amend.Models.Sources.Gguf;
using Amend.Models.Tokenizers;

namespace Amend.Models.Families.Gemma;

/// <summary>
/// Gemma 1 (Gemma Team 2024) as Hugging Face's <c>GemmaForCausalLM</c> stores and computes it: Llama with norms whose scale is 1 + weight,
/// embeddings times the root of the stream's width, and a tied head.
/// </summary>
internal sealed class GemmaFamily() : DecoderFamily("gemma")
{
    /// <summary>The width of a head where the file does not say.</summary>
    internal const int DefaultHeadWidth = 256;

    /// <summary>The activation where the file does not say.</summary>
    internal const string DefaultActivation = "gelu_pytorch_tanh";

    /// <summary>The number whose root scores are divided by where the file does not say.</summary>
    internal const double DefaultQueryScalar = 256;

    /// <summary>What all of Gemma's tokenizers do.</summary>
    internal static TokenizerDefaults Tokenizers { get; } = new() { Classes = ["GemmaTokenizer"], SentencePiece = new(Begins: true) };

    /// <inheritdoc/>
    public override IGgufArchitecture? Gguf { get; } = new GemmaGguf();

    /// <inheritdoc/>
    public override TokenizerDefaults TokenizerDefaults => Tokenizers;

    /// <inheritdoc/>
    public override DecoderPlan Plan(JsonElement config, IReadOnlyList<string> tensors) => Read(config, "GemmaForCausalLM");

    /// <summary>What all of Gemma's models have.</summary>
    /// <param name="config">The root of <c>config.json</c>.</param>
    /// <param name="architecture">What the file calls it.</param>
    /// <param name="theta">The base of rotary positions where the file does not say.</param>
    /// <exception cref="ModelFormatException">A key is missing, mistyped or inconsistent.</exception>
    internal static DecoderPlan Read(JsonElement config, string architecture, double theta = RotarySettings.DefaultTheta)
    {
        var plan = LlamaPlan.Read(config, architecture, new()
        {
            Norm = NormKind.RmsAroundOne, HeadWidth = DefaultHeadWidth, Activation = DefaultActivation, IsTied = true, Theta = theta,
        });
        return plan.WithBias(config).WithMlp((_, mlp) => mlp with { Activation = ActivationOf(config) })
            with { EmbeddingScale = Math.Sqrt(plan.Shape.Width) };
    }

    /// <summary>The plan with scores over the root of query_pre_attn_scalar, bounded by attn_logit_softcapping.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="config">The root of <c>config.json</c>.</param>
    /// <param name="cap">The bound where the file does not say; none when null.</param>
    internal static DecoderPlan WithScale(DecoderPlan plan, JsonElement config, double? cap)
    {
        var scale = 1 / Math.Sqrt(config.NumberOr("query_pre_attn_scalar", DefaultQueryScalar));
        var bound = cap is null ? null : config.NumberOrNone("attn_logit_softcapping", cap);
        return plan.WithAttention((_, attention) => attention with { Form = attention.Form with { Scale = scale, SoftCap = bound } });
    }

    /// <summary>
    /// hidden_activation, or hidden_act, which in the first files says gelu where the model was trained with its approximation.
    /// </summary>
    private static string ActivationOf(JsonElement config) =>
        config.TextOr("hidden_activation", config.TextOr("hidden_act", DefaultActivation)) is var named && named == "gelu"
            ? DefaultActivation : named;
}
