using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Decoders;
using Amend.Models.Families.Llama;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Olmo2;

/// <summary>
/// OLMo 2 (OLMo Team 2024) as Hugging Face's <c>Olmo2ForCausalLM</c> stores and computes it: Llama with norms behind attention and MLP,
/// and on all queries and all keys together.
/// </summary>
internal sealed class Olmo2Family() : DecoderFamily("olmo2")
{
    /// <summary>The epsilon where the file does not say.</summary>
    internal const double DefaultEpsilon = 1e-5;

    /// <inheritdoc/>
    public override IGgufArchitecture? Gguf { get; } = new Olmo2Gguf();

    /// <inheritdoc/>
    public override DecoderPlan Plan(JsonElement config, IReadOnlyList<string> tensors) => Read(config, "Olmo2ForCausalLM");

    /// <summary>What OLMo 2 and 3 have.</summary>
    /// <param name="config">The root of <c>config.json</c>.</param>
    /// <param name="architecture">What the file calls it.</param>
    /// <param name="theta">The base of rotary positions where the file does not say.</param>
    /// <exception cref="ModelFormatException">A key is missing, mistyped or inconsistent.</exception>
    internal static DecoderPlan Read(JsonElement config, string architecture, double theta = RotarySettings.DefaultTheta) =>
        LlamaPlan.Read(config, architecture, new() { Epsilon = DefaultEpsilon, Theta = theta })
            .WithBias(config).WithNorms(NormNames.Behind).WithQueryKeyNorm(NormedPart.Projection);
}
