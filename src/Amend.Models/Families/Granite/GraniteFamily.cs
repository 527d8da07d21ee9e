using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Decoders;
using Amend.Models.Families.Llama;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Granite;

/// <summary>
/// Granite 3 (IBM 2024) as Hugging Face's <c>GraniteForCausalLM</c> stores and computes it: Llama with embeddings, scores, sums and
/// logits each multiplied by a number of the configuration.
/// </summary>
internal sealed class GraniteFamily() : DecoderFamily("granite")
{
    /// <inheritdoc/>
    public override IGgufArchitecture? Gguf { get; } = new GraniteGguf();

    /// <inheritdoc/>
    public override DecoderPlan Plan(JsonElement config, IReadOnlyList<string> tensors) =>
        WithMultipliers(LlamaPlan.Read(config, "GraniteForCausalLM").WithBias(config), config);

    /// <summary>
    /// The plan with embedding_multiplier, attention_multiplier, which stands for the root of a head's width, residual_multiplier and
    /// logits_scaling, by which logits are divided.
    /// </summary>
    /// <exception cref="ModelFormatException">A key is mistyped, or logits_scaling is 0.</exception>
    internal static DecoderPlan WithMultipliers(DecoderPlan plan, JsonElement config)
    {
        var divisor = config.NumberOr("logits_scaling", 1);
        if (divisor == 0)
            throw new ModelFormatException("config.json: 'logits_scaling' should be a number other than 0; check the model folder.");
        var (ofScores, ofSums) = (config.NumberOr("attention_multiplier", 1), config.NumberOr("residual_multiplier", 1));
        return plan
            .WithAttention((_, attention) => attention with { Form = attention.Form with { Scale = ofScores } })
            .WithBlocks((_, block) => block with { ResidualScale = ofSums })
            with { EmbeddingScale = config.NumberOr("embedding_multiplier", 1), LogitScale = 1 / divisor };
    }
}
