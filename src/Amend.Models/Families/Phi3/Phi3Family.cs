using System.Text.Json;
using Amend.Models.Decoders;
using Amend.Models.Families.Llama;
using Amend.Models.Layers;
using Amend.Models.Sources.Gguf;
using Amend.Models.Tokenizers;

namespace Amend.Models.Families.Phi3;

/// <summary>
/// Phi-3 and Phi-4 (Abdin et al. 2024) as Hugging Face's <c>Phi3ForCausalLM</c> stores and computes them: Llama with queries, keys and
/// values as the rows of one weight, gate and up as those of another, rotary positions on part of each head and windows.
/// </summary>
internal sealed class Phi3Family() : DecoderFamily("phi3")
{
    /// <summary>The epsilon where the file does not say.</summary>
    internal const double DefaultEpsilon = 1e-5;

    /// <inheritdoc/>
    public override IGgufArchitecture? Gguf { get; } = new Phi3Gguf();

    /// <inheritdoc/>
    public override TokenizerDefaults TokenizerDefaults { get; } = new() { SentencePiece = new(Begins: true) };

    /// <inheritdoc/>
    public override DecoderPlan Plan(JsonElement config, IReadOnlyList<string> tensors)
    {
        var plan = LlamaPlan.Read(config, "Phi3ForCausalLM", new() { Epsilon = DefaultEpsilon });
        return plan
            .WithAttention((_, attention) => attention with { Fused = ("self_attn.qkv_proj", FusedOrder.ByKind) })
            .WithMlp((_, mlp) => mlp with { Up = "mlp.gate_up_proj", IsFused = true })
            .WithWindows(SlidingWindows.Read(config, plan.Shape.Layers, SlidingWindows.Width(config, null), _ => true));
    }
}
