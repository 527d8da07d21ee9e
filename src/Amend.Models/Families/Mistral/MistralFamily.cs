using System.Text.Json;
using Amend.Models.Decoders;
using Amend.Models.Families.Llama;
using Amend.Models.Sources.Gguf;
using Amend.Models.Tokenizers;

namespace Amend.Models.Families.Mistral;

/// <summary>
/// Mistral (Jiang et al. 2023) as Hugging Face's <c>MistralForCausalLM</c> stores and computes it: Llama with sliding windows.
/// </summary>
internal sealed class MistralFamily() : DecoderFamily("mistral")
{
    private const int DefaultWindow = 4096;

    /// <inheritdoc/>
    public override IGgufArchitecture? Gguf { get; } = new LlamaGguf(DefaultWindow);

    /// <inheritdoc/>
    public override TokenizerDefaults TokenizerDefaults { get; } = new() { SentencePiece = new(Begins: true) };

    /// <inheritdoc/>
    public override DecoderPlan Plan(JsonElement config, IReadOnlyList<string> tensors)
    {
        var plan = LlamaPlan.Read(config, "MistralForCausalLM");
        return plan.WithWindows(
            SlidingWindows.Read(config, plan.Shape.Layers, SlidingWindows.Width(config, DefaultWindow), _ => true));
    }
}
