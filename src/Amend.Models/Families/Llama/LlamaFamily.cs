using System.Text.Json;
using Amend.Models.Decoders;
using Amend.Models.Sources.Gguf;
using Amend.Models.Tokenizers;

namespace Amend.Models.Families.Llama;

/// <summary>
/// Llama 1 to 3 (Touvron et al. 2023, Dubey et al. 2024) as Hugging Face's <c>LlamaForCausalLM</c> stores and computes them: blocks with
/// root-mean-square norms before grouped-query attention and a gated MLP, rotary positions.
/// </summary>
internal sealed class LlamaFamily() : DecoderFamily("llama")
{
    /// <inheritdoc/>
    public override IGgufArchitecture? Gguf { get; } = new LlamaGguf();

    /// <inheritdoc/>
    public override TokenizerDefaults TokenizerDefaults { get; } = new()
    {
        Classes = ["LlamaTokenizer", "CodeLlamaTokenizer"],
        SentencePiece = new(Begins: true),
    };

    /// <inheritdoc/>
    public override DecoderPlan Plan(JsonElement config, IReadOnlyList<string> tensors) =>
        LlamaPlan.Read(config, "LlamaForCausalLM").WithBias(config);
}
