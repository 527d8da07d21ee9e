using System.Text.Json;
using Amend.Models.Decoders;
using Amend.Models.Families.Llama;
using Amend.Models.Families.Qwen2;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Qwen3;

/// <summary>
/// Qwen3 (Yang et al. 2025) as Hugging Face's <c>Qwen3ForCausalLM</c> stores and computes it: Llama with norms on queries and keys.
/// </summary>
internal sealed class Qwen3Family() : DecoderFamily("qwen3")
{
    /// <summary>The width of a head where the file does not say.</summary>
    internal const int DefaultHeadWidth = 128;

    /// <inheritdoc/>
    public override IGgufArchitecture? Gguf { get; } = new Qwen3Gguf();

    /// <inheritdoc/>
    public override DecoderPlan Plan(JsonElement config, IReadOnlyList<string> tensors)
    {
        var plan = LlamaPlan.Read(config, "Qwen3ForCausalLM", new() { HeadWidth = DefaultHeadWidth }).WithBias(config).WithQueryKeyNorm();
        return plan.WithWindows(Qwen2Family.ReadWindows(config, plan.Shape.Layers));
    }
}
