using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Decoders;
using Amend.Models.Families.Llama;
using Amend.Models.Layers;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Glm4;

/// <summary>
/// GLM-4 of April 2025 (Zeng et al. 2024) as Hugging Face's <c>Glm4ForCausalLM</c> stores and computes it: Llama with norms on both sides
/// of attention and MLP, gate and up in one weight, and neighbouring values of half of each head turned.
/// </summary>
internal sealed class Glm4Family() : DecoderFamily("glm4")
{
    /// <summary>The epsilon where the file does not say.</summary>
    internal const double DefaultEpsilon = 1.5625e-7;

    /// <summary>The width of a head where the file does not say.</summary>
    internal const int DefaultHeadWidth = 128;

    /// <summary>The share of a head that is turned where the file does not say.</summary>
    internal const double DefaultShare = 0.5;

    private static readonly LlamaKeys Keys = new()
    {
        Epsilon = DefaultEpsilon, HeadWidth = DefaultHeadWidth, Share = DefaultShare, Layout = RotaryLayout.Neighbours,
    };

    private static readonly NormNames Norms =
        new("input_layernorm", "post_attention_layernorm", "post_self_attn_layernorm", "post_mlp_layernorm");

    /// <inheritdoc/>
    public override IGgufArchitecture? Gguf { get; } = new Glm4Gguf();

    /// <inheritdoc/>
    public override DecoderPlan Plan(JsonElement config, IReadOnlyList<string> tensors) =>
        LlamaPlan.Read(config, "Glm4ForCausalLM", Keys).WithNorms(Norms)
            .WithBias(queries: config.FlagOr("attention_bias", false), output: false)
            .WithMlp((_, mlp) => mlp with { Up = "mlp.gate_up_proj", IsFused = true });
}
