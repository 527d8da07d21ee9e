using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Decoders;
using Amend.Models.Families.Llama;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Olmo;

/// <summary>
/// OLMo (Groeneveld et al. 2024) as Hugging Face's <c>OlmoForCausalLM</c> stores and computes it: Llama with norms that have no
/// parameters and bounded queries, keys and values.
/// </summary>
internal sealed class OlmoFamily() : DecoderFamily("olmo")
{
    /// <summary>The epsilon of its norms.</summary>
    internal const double Epsilon = 1e-5;

    /// <inheritdoc/>
    public override IGgufArchitecture? Gguf { get; } = new OlmoGguf();

    /// <inheritdoc/>
    public override DecoderPlan Plan(JsonElement config, IReadOnlyList<string> tensors)
    {
        var plan = LlamaPlan.Read(config, "OlmoForCausalLM", new() { Norm = NormKind.Bare, EpsilonKey = null, Epsilon = Epsilon });
        var bound = config.NumberOrNone("clip_qkv", null);
        return plan.WithBias(config).WithAttention((_, attention) => attention with { Bound = bound });
    }
}
